using System.Collections.Concurrent;

namespace ImageOperator.Chart.Tests.Support;

/// <summary>The real helm, and the kubectl that comes with it, as config/dev/tools/helm.sh fetches them.</summary>
internal static class Helm
{
    public const string Chart = "charts/image-operator";
    public const string Release = "image-operator";
    public const string Namespace = "imageoperator-system";

    private static readonly Lazy<Task<string>> Folder = new(async () => (await Tool.RunAsync(Path.Combine(Tool.Root, "config/dev/tools/helm.sh"), [])).Trim());

    /// <summary>Many tests look at the same rendering, and helm takes its time.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Rendered = new(StringComparer.Ordinal);

    public static async Task<ToolResult> TryAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null) =>
        await Tool.TryAsync(Path.Combine(await Folder.Value, "helm"), arguments, environment, input);

    public static async Task<string> RunAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null) =>
        await Tool.RunAsync(Path.Combine(await Folder.Value, "helm"), arguments, environment, input);

    public static async Task<string> KubectlAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null) =>
        await Tool.RunAsync(Path.Combine(await Folder.Value, "kubectl"), arguments, environment, input);

    public static async Task<ToolResult> TryKubectlAsync(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? input = null) =>
        await Tool.TryAsync(Path.Combine(await Folder.Value, "kubectl"), arguments, environment, input);

    /// <summary>The chart's objects, rendered without a cluster.</summary>
    public static async Task<IReadOnlyList<RenderedObject>> TemplateAsync(params string[] arguments) => RenderedObject.All(
        await Rendered.GetOrAdd(string.Join(' ', arguments), _ => new(() => RunAsync(["template", Release, Chart, "--namespace", Namespace, .. arguments]))).Value);
}
