using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Provisioners;

/// <summary>Run as another user by <c>sudo -n</c>.</summary>
public sealed record Sudo
{
    /// <summary>The user to become.</summary>
    [Bounds(Min = 1, Max = 32)]
    [Pattern("^[a-z_][a-z0-9_-]*$")]
    public string User { get; init; } = "root";
}
