using System.Text.Json;
using ImageOperator.Api.Common;

namespace ImageOperator.Api.Validation;

/// <summary>Validates JSON against a kind's generated schema, as the API server does, and says everything that is wrong at once.</summary>
public static class StructuralValidator
{
    /// <summary>Validates the spec of a manifest of a known kind.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="path">Where the spec stands.</param>
    public static IReadOnlyList<ValidationError> ValidateSpec(JsonElement spec, string kind, string path = "spec")
    {
        var errors = new ErrorList();
        Check(errors, SchemaCatalog.Root(kind).GetProperty("properties").GetProperty("spec"), spec, path);
        return errors.Errors;
    }

    /// <summary>The error says that a list or map has a null in it, which typed code does not expect.</summary>
    internal static bool IsNullItem(ValidationError error) => error.Message.EndsWith(", not null", StringComparison.Ordinal);

    internal static void Check(ErrorList errors, JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("x-kubernetes-int-or-string", out _)) CheckQuantity(errors, value, path);
        else if (schema.TryGetProperty("type", out var type)) CheckType(errors, schema, type.GetString()!, value, path);
    }

    private static void CheckType(ErrorList errors, JsonElement schema, string type, JsonElement value, string path)
    {
        switch (type, value.ValueKind)
        {
            case ("object", JsonValueKind.Object):
                CheckObject(errors, schema, value, path);
                break;
            case ("array", JsonValueKind.Array):
                CheckArray(errors, schema, value, path);
                break;
            case ("string", JsonValueKind.String):
                SchemaText.Check(errors, schema, value.GetString()!, path);
                break;
            case ("integer", JsonValueKind.Number) when value.TryGetInt64(out var number):
                CheckRange(errors, schema, number, "minimum", "maximum", "", path);
                if (schema.TryGetProperty("format", out var format) && format.ValueEquals("int32") && number != (int)number) errors.Add(path, "is too large");
                break;
            case ("integer", JsonValueKind.Number):
                errors.Add(path, $"must be a whole number, not {value.GetRawText()}");
                break;
            case ("boolean", JsonValueKind.True or JsonValueKind.False):
                break;
            default:
                var hint = type == "string" && value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False ? ": put it in quotes" : "";
                errors.Add(path, $"must be {JsonWords.Type(type)}, not {JsonWords.Kind(value)}{(type == "string" ? hint : "")}");
                break;
        }
    }

    private static void CheckObject(ErrorList errors, JsonElement schema, JsonElement value, string path)
    {
        var count = value.EnumerateObject().Count();
        CheckRange(errors, schema, count, "minProperties", "maxProperties", " entries", path);
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(r => r.GetString()!))
            {
                if (!value.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null) errors.Add($"{path}.{name}", "is required: set it");
            }
        }

        var open = schema.TryGetProperty("x-kubernetes-preserve-unknown-fields", out _);
        var known = schema.TryGetProperty("properties", out var properties) ? properties : default;
        foreach (var member in value.EnumerateObject())
        {
            if (known.ValueKind == JsonValueKind.Object && known.TryGetProperty(member.Name, out var field))
            {
                // The API server drops nulls.
                if (member.Value.ValueKind != JsonValueKind.Null) Check(errors, field, member.Value, $"{path}.{member.Name}");
            }
            else if (schema.TryGetProperty("additionalProperties", out var values))
            {
                Check(errors, values, member.Value, $"{path}.{member.Name}");
            }
            else if (!open)
            {
                var names = known.ValueKind == JsonValueKind.Object ? known.EnumerateObject().Select(p => p.Name).ToList() : [];
                errors.Add($"{path}.{member.Name}", $"unknown field \"{member.Name}\"{NearestName.Hint(member.Name, names)}; known are {string.Join(", ", names)}");
            }
        }
    }

    private static void CheckArray(ErrorList errors, JsonElement schema, JsonElement value, string path)
    {
        CheckRange(errors, schema, value.GetArrayLength(), "minItems", "maxItems", " items", path);
        var index = 0;
        foreach (var item in value.EnumerateArray()) Check(errors, schema.GetProperty("items"), item, $"{path}[{index++}]");
        if (!schema.TryGetProperty("x-kubernetes-list-map-keys", out var keys)) return;
        var key = keys[0].GetString()!;
        errors.Unique(value.EnumerateArray().Select(i => JsonWords.StringMember(i, key)), path, key);
    }

    private static void CheckQuantity(ErrorList errors, JsonElement value, string path)
    {
        var text = value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : null;
        if (text is null || !SchemaText.Matches(Quantity.QuantityPattern, text))
        {
            errors.Add(path, $"{(text is null ? JsonWords.Kind(value) : $"\"{SchemaText.Short(text)}\"")} is not a quantity of bytes: write for example 512Mi or 10Gi");
        }
    }

    private static void CheckRange(ErrorList errors, JsonElement schema, long value, string minimum, string maximum, string unit, string path)
    {
        if (schema.TryGetProperty(minimum, out var min) && value < min.GetInt64()) errors.Add(path, $"must be at least {min}{unit}, not {value}");
        if (schema.TryGetProperty(maximum, out var max) && value > max.GetInt64()) errors.Add(path, $"must be at most {max}{unit}, not {value}");
    }
}
