namespace ImageOperator.Api.Protocol;

/// <summary>The field managers of server-side apply.</summary>
/// <remarks>
/// Both apply <c>status.targets[].attempt</c>. The operator forces; a builder never does: so the builder of an older
/// attempt gets a conflict on that field, which fences it.
/// </remarks>
public static class FieldManagers
{
    /// <summary>The operator's.</summary>
    public const string Operator = "image-operator";

    /// <summary>What a build's builders settle once for all of its targets: none of them forces, and the first one's word holds.</summary>
    public const string Workspace = "image-builder-workspace";

    /// <summary>A target's sweeper, for the attempt that it takes over with force; the rest it writes as the builder.</summary>
    public static string Sweeper(string target) => $"image-sweeper-{target}";

    /// <summary>A target's builder: one manager for each target, the same over its attempts.</summary>
    public static string Builder(string target) => $"image-builder-{target}";
}
