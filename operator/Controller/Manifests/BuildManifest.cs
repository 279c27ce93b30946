using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Controller.Manifests;

/// <summary>What came out of a build, as data for what comes after it.</summary>
internal static class BuildManifest
{
    /// <summary>The key of all of it.</summary>
    public const string Key = "manifest.json";

    private static readonly JsonSerializerOptions Options = new(ApiJson.Options) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <param name="build">The build, with what its builders wrote.</param>
    /// <param name="status">The operator's own fields, as they will be.</param>
    public static Dictionary<string, string> Of(ImageBuild build, ImageBuildStatus status)
    {
        var (metadata, artifacts) = (build.Metadata, status.Artifacts ?? []);
        var data = new Dictionary<string, string>
        {
            [Key] = JsonSerializer.Serialize(
                new Content(
                    GroupVersion.ApiVersion, "BuildManifest",
                    new(metadata.NamespaceProperty, metadata.Name, metadata.Uid, status.StartTime ?? build.Status?.StartTime, status.CompletionTime, status.InputsDigest),
                    build.Spec.TemplateRef, [.. (build.Status?.Targets ?? []).Select(t => new Target(t.Name, t.Phase, t.Source, t.InputsDigest))], artifacts),
                Options),
        };
        // What is put into other objects by key: the target's own image.
        foreach (var own in artifacts.Where(a => a is { Published: null, Target: not null }).GroupBy(a => a.Target!).Select(g => g.First()))
        {
            data[$"{own.Target}.id"] = own.Id;
            if (own.Checksum is { } sum) data[$"{own.Target}.checksum"] = sum;
        }

        return data;
    }

    private sealed record Content(string ApiVersion, string Kind, Build Build, TemplateReference? TemplateRef, IReadOnlyList<Target> Targets, IReadOnlyList<Artifact> Artifacts);

    private sealed record Build(string Namespace, string Name, string Uid, DateTimeOffset? StartTime, DateTimeOffset? CompletionTime, string? InputsDigest);

    private sealed record Target(string Name, TargetPhase? Phase, SourceImage? Source, string? InputsDigest);
}
