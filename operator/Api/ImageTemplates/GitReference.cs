using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A commit of a Git repository. Exactly one of branch, tag and commit must be set.</summary>
[CelRule("(has(self.branch) ? 1 : 0) + (has(self.tag) ? 1 : 0) + (has(self.commit) ? 1 : 0) == 1", OneOf)]
public sealed record GitReference
{
    internal const string OneOf = "exactly one of branch, tag and commit must be set";

    private const string NamePattern = @"^([A-Za-z0-9_$@+][^\s~^:?*\[\\]*)$";

    /// <summary>The tip of a branch, when the build first looks.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern(NamePattern)]
    public string? Branch { get; init; }

    /// <summary>A tag.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern(NamePattern)]
    public string? Tag { get; init; }

    /// <summary>A commit's full ID, 40 hexadecimal digits.</summary>
    [Bounds(Min = 1, Max = 255)]
    [Pattern(@"^([0-9a-f]{40}|[0-9a-f]{64}|.*\$\(.+\).*)$")]
    public string? Commit { get; init; }
}
