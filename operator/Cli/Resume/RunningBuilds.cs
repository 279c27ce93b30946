using ImageOperator.Api.Protocol;
using ImageOperator.Cli.Build.State;
using ImageOperator.Engine.Journal;

namespace ImageOperator.Cli.Resume;

/// <summary>Builds of this machine that run now.</summary>
internal sealed class RunningBuilds(string root, ResumeChoice choice)
{
    /// <summary>Writes the orders beside the journals.</summary>
    /// <returns>What was said; nothing if no build of the name runs.</returns>
    /// <exception cref="ResumeException">One runs, and is not held.</exception>
    public async Task<IReadOnlyList<(string Target, string Step)>> SayAsync(CancellationToken cancellationToken)
    {
        var said = new List<(string Target, string Step)>();
        foreach (var path in Running())
        {
            var build = SavedBuild.Read(StateFolder.PlanFileOf(path));
            // A target that has not begun has no journal yet.
            var targets = build.Targets.Select(name => Leftovers.Read(StateFolder.JournalOf(path, name)) ?? new() { Name = name }).ToList();
            foreach (var at in choice.Among(targets))
            {
                var order = ResumeOrders.Write(at.Target, at.Step, choice.Stop) + '\n';
                await File.AppendAllTextAsync(FileJournal.ResumeFile(StateFolder.JournalOf(path, at.Target)), order, cancellationToken).ConfigureAwait(false);
                said.Add(at);
            }
        }

        return said;
    }

    private IEnumerable<string> Running() => Directory.Exists(root)
        ? Directory.EnumerateDirectories(root, $"{choice.Build}-*").Where(path => StateFolder.IsOf(path, choice.Build) && File.Exists(StateFolder.PlanFileOf(path)) && StateFolder.IsHeld(path))
        : [];
}
