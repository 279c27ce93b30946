using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Targets;

namespace ImageOperator.Api.Validation;

/// <summary>Every <c>$(…)</c> of a template must have a value when it is needed, and must not show a secret.</summary>
internal sealed class ReferenceRules
{
    private static readonly string[] NotInWorkspace = [KnownNames.TargetName, KnownNames.SourceId, KnownNames.WorkspacePath, KnownNames.BuildTime];

    private readonly ErrorList errors;
    private readonly HashSet<string> known;
    private readonly HashSet<string> sensitive;

    public ReferenceRules(ErrorList errors, IReadOnlyList<Parameter> parameters)
    {
        this.errors = errors;
        known = [.. KnownNames.All, .. parameters.Select(p => KnownNames.Parameter(p.Name))];
        sensitive = [.. parameters.Where(p => p.IsSensitive).Select(p => KnownNames.Parameter(p.Name))];
    }

    public void Check(Target target, string path) => Visit(target, path, (at, text) =>
    {
        foreach (var token in References(at, text))
        {
            // Platforms read their target before they look for its source.
            errors.Require(token.Text != KnownNames.SourceId, at, $"column {token.Column}: $({token.Text}) is not known when a target is read: use it in provisioners and tests");
            NotSensitive(token, at, "a target, whose fields status and logs show");
        }

        // Nothing in a target is a shell's.
        var rest = Tokenizer.Split(text).Where(t => !t.IsReference).FirstOrDefault(t => t.Text.Contains("$(", StringComparison.Ordinal));
        if (rest.Text is null || text.Contains("$$(", StringComparison.Ordinal)) return;
        errors.Add(at, $"column {rest.Column + rest.Text.IndexOf("$(", StringComparison.Ordinal)}: what follows $( is not a name: write for example $(params.NAME)");
    });

    public void Check(Provisioner step, string path) => CheckStep(step, path);

    public void Check(ImageTest test, string path) => CheckStep(test, path);

    public void Check(Communicator communicator, string path) => Visit(communicator, path, (at, text) =>
    {
        foreach (var token in References(at, text)) NotSensitive(token, at, "the communicator's settings");
    });

    /// <summary>Files are fetched once for all targets, before there is a machine.</summary>
    public void Check(WorkspaceSource source, string path) => Visit(source, path, (at, text) =>
    {
        foreach (var token in References(at, text))
        {
            errors.Require(
                !NotInWorkspace.Contains(token.Text), at,
                $"column {token.Column}: $({token.Text}) is not known when the workspace is fetched, once for all targets: use $(params.NAME), $(build.name) or $(build.id)");
            NotSensitive(token, at, "the workspace's sources, which status and logs show: put it into a Secret, and name it in secretRef");
        }
    });

    private void CheckStep<T>(T step, string path) => Visit(step, path, (at, text) =>
    {
        var relative = at[path.Length..];
        var safe = SecretPlaces.Contain(relative);
        foreach (var token in References(at, text))
        {
            if (!safe) NotSensitive(token, at, $"command lines and paths, which others can see: pass it by {SecretPlaces.Listed}");
        }
    });

    private IEnumerable<Token> References(string path, string text)
    {
        foreach (var token in Tokenizer.Split(text).Where(t => t.IsReference))
        {
            if (known.Contains(token.Text)) yield return token;
            else errors.Add(path, ReferenceMessages.Unknown(new(token.Text, token.Column), known));
        }
    }

    private void NotSensitive(Token token, string path, string place) =>
        errors.Require(!sensitive.Contains(token.Text), path, $"column {token.Column}: $({token.Text}) is sensitive and must not stand in {place}");

    private static void Visit<T>(T part, string path, Action<string, string> visit)
    {
        if (JsonSerializer.SerializeToNode(part, ApiJson.Options) is JsonObject json) SpecStrings.Visit(json, path, visit);
    }
}
