using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>A resource or a resource group.</summary>
internal sealed class ArmThing(string id, string type, JsonObject body)
{
    public string Id { get; } = id;

    public string Type { get; } = type;

    public string Name => Id.Split('/')[^1];

    public string Group => Id.Split('/')[4];

    /// <summary>As it was put, with what Azure adds.</summary>
    public JsonObject Body { get; set; } = body;

    public JsonObject Properties => Body["properties"] as JsonObject ?? throw new InvalidOperationException($"{Id} has no properties");

    public string State
    {
        get;
        set
        {
            field = value;
            EntityTag = NewTag();
        }
    } = "Succeeded";

    /// <summary>Changes with each write.</summary>
    public string EntityTag { get; private set; } = NewTag();

    /// <summary>A machine's.</summary>
    public string Power { get; set; } = "starting";

    /// <summary>What Azure calls it, and no other one that ever was.</summary>
    public string UniqueId { get; } = Guid.NewGuid().ToString();

    /// <summary>A snapshot: with which signature it can be read; null if it cannot.</summary>
    public string? Signature { get; set; }

    /// <summary>The operation under way.</summary>
    public ArmOperationState? Busy { get; set; }

    /// <summary>When lists begin to show it.</summary>
    public DateTimeOffset Listed { get; set; }

    /// <summary>When others may be put into it.</summary>
    public DateTimeOffset Known { get; set; }

    /// <summary>When it can be read.</summary>
    public DateTimeOffset Shown { get; set; }

    /// <summary>An interface: until when no other machine gets it.</summary>
    public DateTimeOffset Reserved { get; set; }

    /// <summary>Until when it is said to hold what it holds no more.</summary>
    public DateTimeOffset Emptied { get; set; }

    public string? Text(params string[] path)
    {
        JsonNode? at = Body["properties"];
        foreach (var name in path) at = at is JsonArray list ? list.ElementAtOrDefault(0)?[name] : at?[name];
        return at?.GetValueKind() == System.Text.Json.JsonValueKind.String ? at.GetValue<string>() : at?.ToJsonString();
    }

    public string? Tag(string name) => Body["tags"]?[name]?.GetValue<string>();

    public JsonObject Show()
    {
        var shown = Body.DeepClone().AsObject();
        shown["id"] = Id;
        shown["name"] = Name;
        shown["type"] = Type;
        var properties = shown["properties"] as JsonObject ?? [];
        properties["provisioningState"] = State;
        shown["properties"] = properties;
        return shown;
    }

    private static string NewTag() => $"W/\"{Guid.NewGuid()}\"";
}

/// <summary>An operation that goes on by itself.</summary>
internal sealed record ArmOperationState(string Id, DateTimeOffset Begin, DateTimeOffset End, Func<Task> Done, (string Code, string Message)? Error)
{
    public bool IsDone { get; set; }

    /// <summary>What comes of it, beside what becomes of the thing.</summary>
    public JsonObject? Result { get; set; }
}
