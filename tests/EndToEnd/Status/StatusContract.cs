using ImageOperator.Api.ImageBuilds;
using ImageOperator.EndToEnd.Tests.Testbed;
using ImageOperator.Runtime.Conditions;
using ImageOperator.Testing.Status;
using k8s.Models;
using Types = ImageOperator.Api.Conditions.ConditionTypes;

namespace ImageOperator.EndToEnd.Tests.Status;

/// <summary>The table of docs/spec/imagebuild.md, at every state that was seen of a build.</summary>
internal static class StatusContract
{
    /// <summary>InProgress until the end, then the given end and nothing else.</summary>
    public static void Holds(BuildWatch watch, KStatusCode end, bool atOnce = false)
    {
        var seen = watch.Seen;
        Assert.Empty(seen.Select((b, i) => ConditionContract.Violations(i > 0 ? seen[i - 1] : null, b)).SelectMany(v => v));
        var codes = new List<KStatusCode>();
        // Before the operator has seen it there is no status, which kstatus takes for Current. (A default for it in the CRD breaks server-side apply on 1.20.)
        foreach (var build in watch.Seen.Where(b => b is { Metadata.DeletionTimestamp: null, Status.Conditions: not null }))
        {
            var code = KStatusCalculator.Compute(build).Code;
            codes.Add(code);
            Follows(build, code);
        }

        Assert.Equal(end, codes[^1]);
        var running = codes.TakeWhile(c => c == KStatusCode.InProgress).Count();
        Assert.True(running > 0 || atOnce, "no state was InProgress");
        Assert.All(codes.Skip(running), c => Assert.Equal(end, c));
    }

    private static void Follows(ImageBuild build, KStatusCode code)
    {
        var conditions = build.Status!.Conditions!;
        var words = string.Join(", ", conditions.OrderBy(c => c.Type, StringComparer.Ordinal).Select(c => $"{c.Type}={c.Status}"));
        var expected = code switch
        {
            KStatusCode.InProgress => "Ready=Unknown, Reconciling=True, Succeeded=Unknown",
            KStatusCode.Current => "Ready=True, Succeeded=True",
            KStatusCode.Failed => "Ready=False, Stalled=True, Succeeded=False",
            _ => $"one of the three, not {code}",
        };
        Assert.Equal(expected, words);
        Assert.All(conditions, c => Complete(c, build));
        Assert.Equal(build.Metadata.Generation, build.Status.ObservedGeneration);
        Assert.Equal(code is KStatusCode.InProgress, build.Status.CompletionTime is null);
    }

    private static void Complete(V1Condition condition, ImageBuild build)
    {
        Assert.Matches("^[A-Z][A-Za-z]+$", condition.Reason);
        Assert.NotEmpty(condition.Message);
        Assert.Equal(build.Metadata.Generation, condition.ObservedGeneration);
    }

    public static V1Condition Ready(ImageBuild build) => build.Status!.Conditions!.Find(Types.Ready)!;
}
