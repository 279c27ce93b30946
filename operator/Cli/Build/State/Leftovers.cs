using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Cli.Build.State;

/// <summary>What journals list as temporary and not removed.</summary>
internal static class Leftovers
{
    public static IEnumerable<string> Of(StateFolder state, SavedBuild build) => build.Targets.SelectMany(t => Of(state, build, t));

    public static IEnumerable<string> Of(StateFolder state, SavedBuild build, string target) =>
        Entries(state, target).Select(e => $"{build.Name}/{target}: {e.Type} {e.Id ?? e.Key}");

    /// <summary>The target's temporary entries; none if there is no journal yet.</summary>
    public static IReadOnlyList<LedgerEntry> Entries(StateFolder state, string target) => [.. (Read(state, target)?.Resources ?? []).Where(e => e.Temporary)];

    public static TargetStatus? Read(StateFolder state, string target) => Read(state.Journal(target));

    /// <summary>What the journal's file says; null if there is none yet.</summary>
    public static TargetStatus? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<TargetStatus>(File.ReadAllBytes(path), ApiJson.Options) : null;
}
