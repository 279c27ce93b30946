using System.Net;
using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using k8s;
using k8s.Autorest;
using k8s.Exceptions;
using k8s.Models;

namespace ImageOperator.Cli.Hosting;

/// <summary>The ImageBuilds of a namespace in a cluster.</summary>
internal sealed class BuildCluster : IDisposable
{
    private BuildCluster(KubernetesClientConfiguration configuration, string @namespace)
    {
        // A followed log may be silent for long.
        configuration.HttpClientTimeout = Timeout.InfiniteTimeSpan;
        Client = new(configuration);
        Namespace = @namespace;
    }

    public Kubernetes Client { get; }

    public string Namespace { get; }

    /// <exception cref="UsageException">There is no such kubeconfig or context.</exception>
    public static BuildCluster Connect(CliEnvironment environment, ClusterChoice choice)
    {
        string[] files = choice.Kubeconfig is not null ? [choice.Kubeconfig]
            : environment.Find("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            ?? [Path.Combine(environment.Find("HOME") ?? "/", ".kube", "config")];
        // Of several the first that is there: KubernetesClient merges none.
        var file = files.FirstOrDefault(File.Exists)
            ?? throw new UsageException($"there is no kubeconfig {string.Join(", ", files)}: name one with --kubeconfig or in $KUBECONFIG");
        try
        {
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(file, choice.Context);
            return new(configuration, choice.Namespace ?? configuration.Namespace ?? "default");
        }
        catch (KubeConfigException e)
        {
            throw new UsageException($"the kubeconfig cannot be used: {e.Message}");
        }
    }

    /// <returns>Null if there is none.</returns>
    public async Task<ImageBuild?> FindBuildAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var found = (JsonElement)await Client.CustomObjects.GetNamespacedCustomObjectAsync(
                GroupVersion.Group, GroupVersion.Version, Namespace, ImageBuild.PluralName, name, cancellationToken).ConfigureAwait(false);
            return found.Deserialize<ImageBuild>(ApiJson.Options);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Sets an annotation.</summary>
    /// <returns>False if the build has changed since it was read, or is gone.</returns>
    public async Task<bool> TryAnnotateAsync(ImageBuild build, string name, string value, CancellationToken cancellationToken)
    {
        var patch = new V1Patch(
            JsonSerializer.Serialize(new { metadata = new { resourceVersion = build.Metadata.ResourceVersion, annotations = new Dictionary<string, string> { [name] = value } } }),
            V1Patch.PatchType.MergePatch);
        try
        {
            await Client.CustomObjects.PatchNamespacedCustomObjectAsync(
                patch, GroupVersion.Group, GroupVersion.Version, Namespace, ImageBuild.PluralName, build.Metadata.Name, fieldManager: "imagectl", cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>What an API server that does not do what it is asked says.</summary>
    public static string Message(Exception e) => e is HttpOperationException { Response.StatusCode: var status } http
        ? $"the API server says {(int)status}: {Text(http)}"
        : $"the API server cannot be reached: {e.Message}";

    public void Dispose() => Client.Dispose();

    private static string Text(HttpOperationException e) => e.Response.Content is { Length: > 0 } content ? content[..Math.Min(content.Length, 500)] : e.Message;
}
