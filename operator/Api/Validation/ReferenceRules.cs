using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Targets;

namespace ImageOperator.Api.Validation;

/// <summary>Every expression of a template must have a value when it is needed, and must not show a secret.</summary>
internal sealed class ReferenceRules(ErrorList errors, ImageTemplateSpec spec)
{
    private static readonly string[] NotInWorkspace = [KnownNames.TargetName, KnownNames.TargetPlatform, KnownNames.SourceId, KnownNames.SourceName, KnownNames.SourceDigest, KnownNames.WorkspacePath, KnownNames.BuildTime];

    private readonly Scope _scope = TemplateScope.Of(spec);

    public void Check(Target target, string path) => Visit(target, path, (at, text) =>
    {
        var parts = TextParts.Split(text);
        foreach (var (name, column) in Judge(parts, _scope, at))
        {
            // Platforms read their target before they look for its source.
            errors.Require(!KnownNames.IsOfSource(name), at, $"column {column}: $({name}) is not known when a target is read: use it in provisioners and tests");
            errors.Require(!name.StartsWith(KnownNames.LookupPrefix, StringComparison.Ordinal) || !IsMounted(at), at,
                $"column {column}: $({name}) is not known before the builder pod runs, whose volumes this field says: use a parameter");
            NotSensitive(name, column, _scope, at, "a target, whose fields status and logs show");
        }

        // Nothing in a target is a shell's.
        var rest = parts.FirstOrDefault(p => p.Expression is null && p.Error is null && p.Text.Contains("$(", StringComparison.Ordinal));
        if (rest.Text is null || text.Contains("$$(", StringComparison.Ordinal)) return;
        errors.Add(at, $"column {rest.Column + rest.Text.IndexOf("$(", StringComparison.Ordinal)}: what follows $( is not a name: write for example $(params.NAME)");
    });

    public void Check(Provisioner step, string path) => CheckStep(step, path);

    public void Check(ImageTest test, string path) => CheckStep(test, path);

    public void Check(Communicator communicator, string path) => Visit(communicator, path, (at, text) =>
    {
        foreach (var (name, column) in Judge(TextParts.Split(text), _scope, at)) NotSensitive(name, column, _scope, at, "the communicator's settings");
    });

    /// <summary>Files are fetched once for all targets, before there is a machine.</summary>
    public void Check(WorkspaceSource source, string path) => Visit(source, path, (at, text) =>
    {
        foreach (var (name, column) in Judge(TextParts.Split(text), _scope, at))
        {
            errors.Require(
                !NotInWorkspace.Contains(name), at,
                $"column {column}: $({name}) is not known when the workspace is fetched, once for all targets: use $(params.NAME), $(build.name) or $(build.id)");
            NotSensitive(name, column, _scope, at, "the workspace's sources, which status and logs show: put it into a Secret, and name it in secretRef");
        }
    });

    public void Check(Lookup lookup, string path) => Visit(lookup, path, (at, text) =>
    {
        foreach (var (name, column) in Judge(TextParts.Split(text), _scope, at))
        {
            errors.Require(!KnownNames.IsOfSource(name) && name != KnownNames.MachinePassword && !name.StartsWith(KnownNames.LookupPrefix, StringComparison.Ordinal), at,
                $"column {column}: $({name}) is not known when values are looked up: use parameters, build and target");
            if (!at.StartsWith($"{path}.http.headers.", StringComparison.Ordinal)) NotSensitive(name, column, _scope, at, "a look-up, which status and logs name: pass it by http.headers");
        }
    });

    private void CheckStep<T>(T step, string path)
    {
        if (JsonSerializer.SerializeToNode(step, ApiJson.Options) is not JsonObject json) return;
        var scope = CheckControls(json, path);
        SpecStrings.Visit(json, path, (at, text) =>
        {
            var relative = at[path.Length..];
            if (IsControl(relative)) return;
            var safe = SecretPlaces.Contain(relative);
            foreach (var (name, column) in Judge(TextParts.Split(text, scope.Variables), scope, at))
            {
                if (!safe) NotSensitive(name, column, scope, at, $"command lines and paths, which others can see: pass it by {SecretPlaces.Listed}");
            }
        });
    }

    /// <summary>Checks <c>when</c> and <c>forEach</c>, the step's own and those of its overrides.</summary>
    /// <returns>What the step's texts may name.</returns>
    private Scope CheckControls(JsonObject step, string path)
    {
        var scope = _scope;
        IEnumerable<(JsonObject Part, string At)> parts =
        [
            (step, path),
            .. (step["overrides"] as JsonObject ?? []).Where(o => o.Value is JsonObject).Select(o => (o.Value!.AsObject(), $"{path}.overrides.{o.Key}")),
        ];
        foreach (var (part, at) in parts)
        {
            if (Text(part, SpecStrings.ForEach) is not { } loop) continue;
            var type = CheckBare(loop, _scope, $"{at}.{SpecStrings.ForEach}", (checker, node) => checker.Check(node));
            errors.Require(type.May(Kinds.List | Kinds.Map), $"{at}.{SpecStrings.ForEach}", $"is {KindWords.Of(type.Kinds)}: name a list or a map");
            scope = scope.With(SyntaxNames.Item, type.Item).With(SyntaxNames.Key, Checker.KeyOf(type));
        }

        foreach (var (part, at) in parts)
        {
            if (Text(part, SpecStrings.When) is not { } condition) continue;
            CheckBare(condition, scope, $"{at}.{SpecStrings.When}", (checker, node) =>
            {
                checker.CheckCondition(node);
                return ExpressionType.Any;
            });
        }

        return scope;
    }

    private ExpressionType CheckBare(string text, Scope scope, string at, Func<Checker, Node, ExpressionType> check)
    {
        try
        {
            var node = BareExpression.Parse(text);
            var checker = new Checker(scope);
            var type = check(checker, node);
            foreach (var error in checker.Errors) errors.Add(at, $"column {error.Column}: {error.Message}");
            foreach (var (name, column) in NodeNames.In(node)) NotSensitive(name, column, scope, at, "what decides whether a step is run, which status shows");
            return type;
        }
        catch (Expressions.ExpressionException e)
        {
            errors.Add(at, $"column {Math.Max(1, e.Column)}: {e.Message}");
            return ExpressionType.Any;
        }
    }

    /// <summary>Says what is wrong with a text's expressions.</summary>
    /// <returns>The names that they use, each where it stands.</returns>
    private List<(string Name, int Column)> Judge(IReadOnlyList<TextPart> parts, Scope scope, string at)
    {
        var names = new List<(string, int)>();
        foreach (var part in parts)
        {
            if (part.Error is { } broken) errors.Add(at, $"column {broken.Column}: {broken.Message}");
            if (part.Expression is not { } node) continue;
            var checker = new Checker(scope);
            var type = checker.Check(node);
            foreach (var error in checker.Errors) errors.Add(at, $"column {error.Column}: {error.Message}");
            if (!type.May(Kinds.Scalar)) errors.Add(at, $"column {part.Column}: {(type.May(Kinds.List) ? "a list cannot stand in a text: write join(\",\", …) or jsonencode(…)" : type.May(Kinds.Map) ? "a map cannot stand in a text: name a member, or write jsonencode(…)" : "null cannot stand in a text")}");
            else if (type.MayBeUnset) errors.Add(at, $"column {part.Column}: {NameMessages.Unset(node)}");
            names.AddRange(NodeNames.In(node));
        }

        return names;
    }

    private void NotSensitive(string name, int column, Scope scope, string path, string place) =>
        errors.Require(!scope.Sensitive.Contains(name), path, $"column {column}: $({name}) is sensitive and must not stand in {place}");

    /// <summary>What the operator mounts into the pod.</summary>
    private static bool IsMounted(string path) => path.EndsWith(".hostPath.path", StringComparison.Ordinal) || path.EndsWith(".claimName", StringComparison.Ordinal);

    private static bool IsControl(string relative) =>
        relative.StartsWith(".overrides.", StringComparison.Ordinal) && relative.Count(c => c == '.') == 3 && SpecStrings.BareExpressions.Any(f => relative.EndsWith("." + f, StringComparison.Ordinal));

    private static string? Text(JsonObject part, string field) => part[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static void Visit<T>(T part, string path, Action<string, string> visit)
    {
        if (JsonSerializer.SerializeToNode(part, ApiJson.Options) is JsonObject json) SpecStrings.Visit(json, path, visit);
    }
}
