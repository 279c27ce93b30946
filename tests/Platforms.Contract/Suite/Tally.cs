using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Builds;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>Counts cases, what leaked in them, and work that was lost.</summary>
internal sealed class Tally(Site site, ITestOutputHelper output)
{
    private readonly List<string> _failures = [];
    private readonly List<string> _lost = [];
    private int _cases;
    private int _leaks;

    /// <summary>Runs a case: its failure is noted, and the next one begins with the account as it was.</summary>
    public async Task CaseAsync(string name, Func<At, Task> run)
    {
        _cases++;
        TestContext.Current.SendDiagnosticMessage("{0}: {1}", site.Name, name);
        await site.BeginAsync();
        var at = new At(site, new Case(site), await site.ListAsync());
        try
        {
            await run(at);
        }
        catch (Exception e)
        {
            _failures.Add($"{name}: {e.Message}\n  status: {at.Case.Status?.Phase} {at.Case.Status?.Failure?.Message} {string.Join("; ", at.Case.Status?.CleanupErrors ?? [])}");
            if (_failures.Count >= 5) AssertGood();
        }

        await site.RemoveResultsAsync();
        var left = (await site.ListAsync()).Except(at.Before).ToList();
        if (left.Count == 0) return;
        _leaks += left.Count;
        _failures.Add($"{name}: leaked {string.Join(", ", left)}");
    }

    public void Lost(string name) => _lost.Add(name);

    public void AssertGood()
    {
        output.WriteLine($"contract: {site.Name}, cases {_cases}, leaks {_leaks}, lost {_lost.Count}");
        Assert.True(_failures.Count == 0 && _lost.Count == 0 && _leaks == 0, string.Join("\n", _failures.Concat(_lost.Select(l => $"lost: {l}"))));
    }

    /// <summary>A case with the account as it was before.</summary>
    internal sealed record At(Site Site, Case Case, IReadOnlyList<string> Before)
    {
        public async Task AssertRightAsync(BuildOutcome? outcome)
        {
            Assert.NotNull(outcome);
            Assert.Equal((TargetPhase.Succeeded, (string?)null), (outcome.Status.Phase, outcome.Status.Failure?.Message));
            var status = Case.Status!;
            Assert.Equal(TargetPhase.Succeeded, status.Phase);
            Assert.Null(status.CleanupErrors);
            Assert.Equal(Site.Artifacts, status.Artifacts!.Count);
            Assert.DoesNotContain(status.Resources ?? [], r => r.Temporary);
            await Site.AssertResultsAsync(status.Artifacts, Before);
        }

        public async Task AssertAsBeforeAsync()
        {
            Assert.Empty(Case.Status?.Resources ?? []);
            Assert.Equal(Before, await Site.ListAsync());
        }
    }
}
