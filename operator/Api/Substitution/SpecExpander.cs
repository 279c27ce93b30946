using System.Text.Json;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Substitution;

/// <summary>Expands every string of a part of a template but its names, and validates the result as if it had been written so.</summary>
public static class SpecExpander
{
    /// <summary>
    /// Expands a target. While the source is not known yet, references to it are left alone: expand the original
    /// target again when the source is resolved.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="values">The values by name.</param>
    /// <param name="path">Where the target stands, for errors: <c>spec.targets[0]</c>.</param>
    public static Expanded<Target> Expand(Target target, ExpressionValues values, string path) =>
        Expand(target, values, path, ExpandedValidator.Validate);

    /// <summary>Expands a provisioner.</summary>
    public static Expanded<Provisioner> Expand(Provisioner step, ExpressionValues values, string path) =>
        Expand(step, values, path, ExpandedValidator.Validate);

    /// <summary>Expands a test.</summary>
    public static Expanded<ImageTest> Expand(ImageTest test, ExpressionValues values, string path) =>
        Expand(test, values, path, ExpandedValidator.Validate);

    /// <summary>Expands a communicator.</summary>
    public static Expanded<Communicator> Expand(Communicator communicator, ExpressionValues values, string path) =>
        Expand(communicator, values, path, ExpandedValidator.Validate);

    /// <summary>Expands an entry of the workspace.</summary>
    public static Expanded<WorkspaceSource> Expand(WorkspaceSource source, ExpressionValues values, string path) =>
        Expand(source, values, path, ExpandedValidator.Validate);

    /// <summary>Expands a look-up.</summary>
    public static Expanded<Lookup> Expand(Lookup lookup, ExpressionValues values, string path) =>
        Expand(lookup, values, path, ExpandedValidator.Validate);

    private static Expanded<T> Expand<T>(
        T part, ExpressionValues values, string path, Func<T, string, IReadOnlyList<ValidationError>> validate)
        where T : class
    {
        var errors = new List<ValidationError>();
        var secrets = new List<string>();
        var json = JsonSerializer.SerializeToNode(part, ApiJson.Options)!.AsObject();
        SpecStrings.Replace(json, path, (at, text) =>
        {
            var expanded = Expander.Expand(text, values, out var wrong, secrets);
            errors.AddRange(wrong.Where(e => part is not Target || e.Unknown is not { } name || !KnownNames.IsOfSource(name)).Select(e => new ValidationError(at, e.ToString())));
            return expanded;
        });
        var result = json.Deserialize<T>(ApiJson.Options)!;
        // What is not expanded cannot be judged.
        return new(result, errors.Count > 0 ? errors : validate(result, path)) { Secrets = secrets };
    }
}
