using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime.Cache;

namespace ImageOperator.Controller.Builds;

/// <summary>The indexes of builds: of thousands only those are looked at that matter.</summary>
internal static class BuildIndexes
{
    /// <summary>Under this value there are those of all namespaces.</summary>
    public const string AnyNamespace = "*";

    /// <summary>Builds that have not ended, or are being deleted; by namespace.</summary>
    public const string Active = "active";

    /// <summary>Builds that have no snapshot of their template yet; by namespace.</summary>
    public const string Waiting = "waiting";

    /// <summary>Builds of whose ended targets resources are left that must go.</summary>
    public const string LeftBehind = "leftBehind";

    public static void AddTo(InformerOptions<ImageBuild> options) => options
        .AddIndex(Active, b => b.Status?.CompletionTime is null || b.Metadata.DeletionTimestamp is not null ? Places(b) : [])
        .AddIndex(Waiting, b => b.Status?.Template is null && b.Status?.CompletionTime is null ? Places(b) : [])
        .AddIndex(LeftBehind, b => HasLeft(b) ? [AnyNamespace] : []);

    private static IEnumerable<string> Places(ImageBuild build) => [build.Metadata.NamespaceProperty, AnyNamespace];

    private static bool HasLeft(ImageBuild build) =>
        build.Status?.Targets?.Any(t => TargetView.IsTerminalPhase(t.Phase) && t.Left().Any()) == true;
}
