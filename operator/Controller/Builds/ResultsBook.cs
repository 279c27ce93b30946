using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;

namespace ImageOperator.Controller.Builds;

/// <summary>Which builds have results of which inputs: so much that the few that a target may take are found without a look at each build.</summary>
internal sealed class ResultsBook
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<Line>> lines = new(StringComparer.Ordinal);

    public ResultsBook(IInformer<ImageBuild> informer) => informer.AddHandler(change =>
    {
        var (before, now) = (LinesOf(change.Old), LinesOf(change.New));
        if (before.SequenceEqual(now)) return;
        lock (gate)
        {
            foreach (var line in before) Strike(KeyOf(change.Old!), line);
            foreach (var line in now) Enter(KeyOf(change.New!), line);
        }
    });

    /// <summary>Whether a target has something that another build may take.</summary>
    public static bool HasResult(TargetStatus target) => target.Phase.HasResult() && target is { InputsDigest: not null, Artifacts.Count: > 0 };

    /// <summary>The builds with results of the same template and target, the newest first; of the same inputs no more than so many.</summary>
    public IReadOnlyList<ObjectKey> Newest(ImageBuild build, string target, int ofTheSame, int most)
    {
        Line[] all;
        lock (gate) all = lines.TryGetValue(KeyOf(build), out var found) ? [.. found.Where(l => l.Target == target && l.Uid != build.Metadata.Uid)] : [];
        return
        [
            .. all.OrderByDescending(l => l.Completed).ThenBy(l => l.Build.Name, StringComparer.Ordinal)
                .GroupBy(l => l.Inputs).SelectMany(same => same.Take(ofTheSame))
                .OrderByDescending(l => l.Completed).Take(most).Select(l => l.Build),
        ];
    }

    private static Line[] LinesOf(ImageBuild? build) => build is null
        ? []
        : [.. (build.Status?.Targets ?? []).Where(HasResult).Select(t => new Line(ObjectKey.Of(build), build.Metadata.Uid, t.Name, string.GetHashCode(t.InputsDigest, StringComparison.Ordinal), t.CompletionTime))];

    private static string KeyOf(ImageBuild build) => $"{build.Metadata.NamespaceProperty}/{JsonSerializer.Serialize(build.Spec.TemplateRef, ApiJson.Options)}";

    private void Enter(string key, Line line)
    {
        if (!lines.TryGetValue(key, out var all)) lines[key] = all = [];
        all.Add(line);
    }

    private void Strike(string key, Line line)
    {
        if (lines.TryGetValue(key, out var all) && all.Remove(line) && all.Count == 0) lines.Remove(key);
    }

    /// <param name="Build">The build.</param>
    /// <param name="Uid">Its UID.</param>
    /// <param name="Target">The target that has the result.</param>
    /// <param name="Inputs">A hash of its inputs' digest: enough to tell most of them apart.</param>
    /// <param name="Completed">When the target had ended.</param>
    private sealed record Line(ObjectKey Build, string Uid, string Target, int Inputs, DateTimeOffset? Completed);
}
