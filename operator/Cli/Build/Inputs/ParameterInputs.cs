using System.Text;
using System.Text.Json;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Validation;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Manifests;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>The values of a build's parameters: the build's, the command line's, the Secrets' of the files, the defaults.</summary>
internal sealed record ParameterInputs(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>What must not be shown.</summary>
    public required IReadOnlyList<string> Masked { get; init; }

    /// <exception cref="UsageException">A value is missing, unknown or not of its type; all are told.</exception>
    public static ParameterInputs Resolve(ChosenBuild build, BuildOptions options, CliContext context, IReadOnlyList<ManifestDocument> documents)
    {
        var declared = build.Template.Parameters.ToDictionary(p => p.Name, StringComparer.Ordinal);
        var given = build.Spec.Parameters?.ToDictionary(StringComparer.Ordinal) ?? new(StringComparer.Ordinal);
        foreach (var file in options.VariableFiles) FromFile(file, given, declared);
        foreach (var (name, value) in options.Parameters.Select(p => NamedValue.Parse(p, "--param")))
        {
            if (declared.GetValueOrDefault(name)?.IsSensitive == true) throw new UsageException($"parameter \"{name}\" is sensitive, and others can see the command line: give it with --secret {name}=FILE");
            given[name] = Typed(declared.GetValueOrDefault(name), value);
        }

        foreach (var (name, path) in options.ParameterFiles.Select(p => NamedValue.Parse(p, "--param-file"))) given[name] = Typed(declared.GetValueOrDefault(name), ReadFile(path, "--param-file"));
        foreach (var parameter in declared.Values.Where(p => p.ConfigMapKeyRef is not null && !given.ContainsKey(p.Name)))
        {
            if (FromConfigMap(parameter.ConfigMapKeyRef!, documents) is { } text) given[parameter.Name] = Typed(parameter, text);
        }

        foreach (var parameter in declared.Values.Where(p => p.SecretKeyRef is not null))
        {
            if (FromFiles(parameter, documents) is { } value) given[parameter.Name] = Text(value);
        }

        foreach (var (name, source) in options.Secrets.Select(p => NamedValue.Parse(p, "--secret")).Where(s => !ConnectionSecrets.Names(s.Name)))
        {
            if (declared.TryGetValue(name, out var parameter) && !parameter.IsSensitive) throw new UsageException($"parameter \"{name}\" is not sensitive: set sensitive in the template, or use --param-file");
            given[name] = Typed(parameter, ReadSecret(name, source, context));
        }

        return Judge(build, given);
    }

    /// <summary>A file of many values: a map in YAML or JSON.</summary>
    private static void FromFile(string path, Dictionary<string, JsonElement> given, Dictionary<string, Parameter> declared)
    {
        foreach (var member in ReadMap(path).EnumerateObject())
        {
            // A version such as 1.10 is meant as it is written.
            var isText = declared.GetValueOrDefault(member.Name)?.Type == ParameterType.String && member.Value.ValueKind == JsonValueKind.Number;
            given[member.Name] = isText ? Text(member.Value.GetRawText()) : member.Value;
        }
    }

    /// <summary>The parameters that files of many values set.</summary>
    /// <exception cref="UsageException">A file cannot be read, or is no map.</exception>
    public static IEnumerable<string> NamesIn(IEnumerable<string> files) => files.SelectMany(f => ReadMap(f).EnumerateObject().Select(m => m.Name));

    private static JsonElement ReadMap(string path) => ParameterTexts.Parse(ParameterType.Map, ReadFile(path, "--var-file"))
        ?? throw new UsageException($"--var-file {path}: is not a map of parameters in YAML or JSON");

    private static ParameterInputs Judge(ChosenBuild build, Dictionary<string, JsonElement> given)
    {
        var unset = build.Template.Parameters.Where(p => p.Default is null && !p.IsOptional && !given.ContainsKey(p.Name)).ToList();
        var missing = unset.Select(p => $"parameter \"{p.Name}\" {HowToSet(p)}");
        // Here the value is given by whoever runs the build, whatever the template says of Secrets.
        var template = build.Template with
        {
            Parameters = [.. build.Template.Parameters.Except(unset)
                .Select(p => p.SecretKeyRef is null ? p : p with { SecretKeyRef = null, Sensitive = true })],
        };
        var spec = new ImageBuildSpec { TemplateRef = new() { Name = build.Name }, Parameters = given };
        var errors = BuildValidator.Validate(spec, template).Select(e => e.ToString().Replace("spec.parameters.", "parameter ", StringComparison.Ordinal));
        if (missing.Concat(errors).ToList() is { Count: > 0 } all) throw new UsageException(string.Join("\nimagectl: ", all));

        var values = ParameterValues.Resolve(template.Parameters, given);
        var sensitive = template.Parameters.Where(p => p.IsSensitive).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        return new(
            values.Where(v => !sensitive.Contains(v.Key)).ToDictionary(StringComparer.Ordinal),
            values.Where(v => sensitive.Contains(v.Key)).ToDictionary(StringComparer.Ordinal))
        {
            Masked = [.. template.Parameters.Where(p => p.IsSensitive && values.ContainsKey(p.Name)).SelectMany(p => ParameterTexts.Parts(p, values[p.Name]))],
        };
    }

    private static string HowToSet(Parameter parameter) => parameter switch
    {
        { SecretKeyRef: { } secret } => $"comes from the Secret \"{secret.Name}\": give it with --secret {parameter.Name}=FILE, or its Secret with -f",
        { ConfigMapKeyRef: { } map } => $"comes from the ConfigMap \"{map.Name}\": give that with -f, or the value with --param {parameter.Name}=VALUE",
        { IsSensitive: true } => $"has no value: give it with --secret {parameter.Name}=FILE",
        _ => $"has no value and no default: give it with --param {parameter.Name}=VALUE",
    };

    /// <summary>What is no value of the type stays a text, which the rules of parameters refuse.</summary>
    private static JsonElement Typed(Parameter? parameter, string value) => (parameter is null ? null : ParameterTexts.Parse(parameter.Type, value)) ?? Text(value);

    private static JsonElement Text(string value) => JsonSerializer.SerializeToElement(value);

    private static string? FromConfigMap(ConfigMapKeyReference reference, IReadOnlyList<ManifestDocument> documents) =>
        documents.FirstOrDefault(d => d.Is("ConfigMap", reference.Name)) is { } map ? Field(map.Json, "data", reference.Key) : null;

    private static string? FromFiles(Parameter parameter, IReadOnlyList<ManifestDocument> documents) => FromFiles(parameter.SecretKeyRef!, documents);

    /// <summary>The value of a Secret's key among the manifests; null if it is not there.</summary>
    internal static string? FromFiles(SecretKeyReference reference, IReadOnlyList<ManifestDocument> documents)
    {
        if (documents.FirstOrDefault(d => d.Is("Secret", reference.Name)) is not { } secret) return null;
        if (Field(secret.Json, "stringData", reference.Key) is { } text) return text;
        return Field(secret.Json, "data", reference.Key) is { } data ? Encoding.UTF8.GetString(Decode(data, reference.Name)) : null;
    }

    private static byte[] Decode(string data, string name)
    {
        try
        {
            return Convert.FromBase64String(data);
        }
        catch (FormatException)
        {
            throw new UsageException($"Secret \"{name}\" has data that is not base64: use stringData for plain text");
        }
    }

    private static string? Field(JsonElement json, string map, string key) =>
        json.TryGetProperty(map, out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    internal static string ReadSecret(string name, string source, CliContext context)
    {
        if (source == "-") return Trimmed(context.In.ReadToEnd());
        if (!source.StartsWith("env:", StringComparison.Ordinal)) return Trimmed(ReadFile(source, "--secret"));
        return context.Environment.Find(source[4..]) ?? throw new UsageException($"--secret {name}: the environment variable {source[4..]} is not set, or empty");
    }

    private static string ReadFile(string path, string option)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A value put where a file belongs would be shown by the system's message.
            throw new UsageException($"{option}: the file cannot be read ({(e is FileNotFoundException or DirectoryNotFoundException ? "it does not exist" : e.GetType().Name)})");
        }
    }

    private static string Trimmed(string text) => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
