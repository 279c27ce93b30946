using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Runtime.Cache;

namespace ImageOperator.Controller.Builds;

/// <summary>Finds the results that a target may take instead of building: those that builds of the same template made of the same target.</summary>
internal sealed class EarlierResults(IStore<ImageBuild> builds, ResultsBook book)
{
    /// <summary>So many results are told of, the newest.</summary>
    public const int Most = 24;

    /// <summary>Of the same inputs there are several when a result was gone, or by force.</summary>
    private const int MostOfTheSame = 3;

    /// <summary>A pod's annotations may have 256 KiB together.</summary>
    private const int MostBytes = 64 * 1024;

    /// <summary>The newest first; the newest of all with its inputs.</summary>
    public IReadOnlyList<EarlierResult> Of(ImageBuild build, string target)
    {
        var found = book.Newest(build, target, MostOfTheSame, Most).Select(builds.Get).OfType<ImageBuild>()
            .SelectMany(b => b.Status?.Targets?.Where(t => t.Name == target && ResultsBook.HasResult(t)).Select(t => (Build: b, Target: t)) ?? []);
        // A template in place is another in each build: what has changed since tells nothing.
        return Bounded([.. found.Select((r, i) => Result(r.Build, r.Target, withInputs: i == 0 && build.Spec.TemplateRef is not null))]);
    }

    public static string ToJson(IReadOnlyList<EarlierResult> results) => JsonSerializer.Serialize(results, ApiJson.Options);

    private static EarlierResult Result(ImageBuild build, TargetStatus target, bool withInputs) => new()
    {
        Build = target.ResultOf ?? build.Metadata.Name,
        InputsDigest = target.InputsDigest!,
        Inputs = withInputs ? target.Inputs : null,
        Artifacts = target.Artifacts!,
    };

    private static List<EarlierResult> Bounded(List<EarlierResult> results)
    {
        while (results.Count > 0 && ToJson(results).Length > MostBytes)
        {
            if (results.Count == 1 && results[0].Inputs is not null) results[0] = results[0] with { Inputs = null };
            else results.RemoveAt(results.Count - 1);
        }

        return results;
    }
}
