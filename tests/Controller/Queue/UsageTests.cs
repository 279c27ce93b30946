using CsCheck;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Queue;
using ImageOperator.Controller.Tests.Builds;

namespace ImageOperator.Controller.Tests.Queue;

public sealed class UsageTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly UsageAccount Account = new("team-a", QueueWorld.Aws);

    [Theory]
    [InlineData("2026-11-22T10:00:00Z", "2026-11-22T11:30:00Z", 1.5)]
    [InlineData("2026-11-22T11:00:00Z", null, 1)]
    [InlineData("2026-10-31T23:00:00Z", "2026-11-01T02:00:00Z", 2)]
    [InlineData("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z", 0)]
    [InlineData("2026-11-30T23:00:00Z", "2026-12-01T05:00:00Z", 1)]
    public void MachineTime_InAMonth_IsWhatOverlapsIt(string start, string? end, double hours)
    {
        var time = new MachineTime("lab", Account, At(start), end is null ? null : At(end));

        Assert.Equal(hours, time.In(Month.Of(Now), Now).TotalHours);
    }

    [Theory]
    [InlineData(TargetPhase.Succeeded, false, 1)]
    [InlineData(TargetPhase.Failed, false, 1)]
    [InlineData(TargetPhase.UpToDate, false, 0)]
    [InlineData(TargetPhase.Planned, true, 0)]
    [InlineData(TargetPhase.Running, true, 0)]
    public void MachineTime_OfTargetsThatNeverHadAMachine_IsNone(TargetPhase phase, bool planOnly, double hours)
    {
        Assert.Equal(hours, MachineTime.Of(On(phase, planOnly)).Sum(t => t.In(Month.Of(Now), Now).TotalHours));
    }

    [Fact]
    public void Book_TargetTurnsOutToBeUpToDate_HasNoTimeAndIsForgottenWithItsBuild()
    {
        var cache = new FakeInformer<ImageBuild>();
        var book = new UsageBook(cache);
        var account = new UsageAccount("ns", new(PlatformKind.ImagePlatform, "ns", "lab"));
        cache.Show(On(TargetPhase.Running));
        Assert.Equal(1, book.Hours(account, Now));

        cache.Show(On(TargetPhase.UpToDate));
        Assert.Equal(0, book.Hours(account, Now));
        cache.Remove(On(TargetPhase.UpToDate));

        Assert.Equal(0, book.Hours(account, Now));
        Assert.Empty(book.Accounts);
    }

    [Fact]
    public void Add_SameBuildAgain_CountsOnce()
    {
        var once = UsageSums.Add([], [Build("u1", 2)], Now, _ => true);
        var twice = UsageSums.Add(once, [Build("u1", 2), Build("u2", 1)], Now, _ => true);

        Assert.Equal((2 * 3600, "2026-11"), (Assert.Single(once).DeletedBuildsSeconds, once[0].Month));
        Assert.Equal(3 * 3600, Assert.Single(twice).DeletedBuildsSeconds);
        Assert.Equal(["u1", "u2"], twice[0].DeletedBuilds!);
    }

    [Fact]
    public void Add_MonthTurned_BeginsAnewAndStillCountsOnce()
    {
        var november = UsageSums.Add([], [Build("u1", 2)], Now, _ => true);
        var december = Now.AddDays(10);

        var again = UsageSums.Add(november, [Build("u1", 2), Build("u2", 1)], december, _ => true);

        Assert.Equal(("2026-12", 0L), (Assert.Single(again).Month, again[0].DeletedBuildsSeconds));
    }

    [Fact]
    public void Add_GoneBuilds_AreForgottenAndStaySummed()
    {
        var first = UsageSums.Add([], [Build("u1", 2)], Now, _ => true);

        var second = UsageSums.Add(first, [Build("u2", 1)], Now, uid => uid != "u1");

        Assert.Equal(["u2"], Assert.Single(second).DeletedBuilds!);
        Assert.Equal(3 * 3600, second[0].DeletedBuildsSeconds);
    }

    [Fact]
    public void Tell_NothingNew_ChangesNothing()
    {
        var told = UsageSums.Tell([], new Dictionary<string, double> { ["team-a"] = 1.26, ["idle"] = 0.01 }, Now);

        Assert.Equal(("team-a", "1.3", Now), (Assert.Single(told).Namespace, told[0].MachineHours, told[0].Time));
        Assert.Same(told[0], Assert.Single(UsageSums.Tell(told, new Dictionary<string, double> { ["team-a"] = 1.31 }, Now.AddHours(1))));
    }

    /// <summary>Builds go in any batches, with crashes after any write: the sum is that of all builds, each once.</summary>
    [Fact]
    public void AnyBatchesAndCrashes_EachBuildCountsOnce() =>
        Gen.Select(Gen.Int[1, 50].Array[1, 20], Gen.Select(Gen.Int[0, 19], Gen.Int[1, 4], Gen.Bool).Array[60]).Sample(run =>
        {
            var (minutes, batches) = run;
            IReadOnlyList<NamespaceUsage> sums = [];
            var alive = Enumerable.Range(0, minutes.Length).ToHashSet();
            foreach (var (first, count, crashes) in batches)
            {
                var leaving = alive.OrderBy(i => (i + first) % minutes.Length).Take(count).ToArray();
                sums = UsageSums.Add(sums, leaving.Select(i => Build($"u{i}", minutes[i] / 60.0)), Now, uid => alive.Contains(int.Parse(uid[1..], null)));
                // After a crash the finalizers are still there, and all of it is done again.
                if (!crashes) alive.ExceptWith(leaving);
            }

            sums = UsageSums.Add(sums, alive.Select(i => Build($"u{i}", minutes[i] / 60.0)), Now, uid => alive.Contains(int.Parse(uid[1..], null)));
            Assert.Equal(minutes.Sum() * 60, Assert.Single(sums).DeletedBuildsSeconds);
            Assert.True(sums[0].DeletedBuilds!.Count <= minutes.Length);
        });

    private static ImageBuild On(TargetPhase phase, bool planOnly = false) => new()
    {
        Metadata = new() { Name = "web", NamespaceProperty = "ns", Uid = "u" },
        Spec = new() { PlanOnly = planOnly },
        Status = new()
        {
            Template = Given.OnPlatform(null).Template,
            Targets = [new() { Name = "lab", Phase = phase, StartTime = Now.AddHours(-1), CompletionTime = phase == TargetPhase.Running ? null : Now }],
        },
    };

    private static LeavingBuild Build(string uid, double hours) => new(uid, "team-a", [new("lab", Account, Now.AddHours(-hours), Now)]);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
