using ImageOperator.Runtime.Conditions;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Runtime.Tests.Conditions;

public sealed class ConditionTests
{
    private readonly FakeTimeProvider time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<V1Condition> conditions = [];

    [Fact]
    public void Set_SameStatus_KeepsTheTransitionTime()
    {
        Assert.True(conditions.Set("Ready", ConditionStatus.False, "A", "a", 1, time));
        var first = conditions[0];
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(conditions.Set("Ready", ConditionStatus.False, "A", "a", 1, time));
        Assert.True(conditions.Set("Ready", ConditionStatus.False, "B", "b", 2, time));
        Assert.Equal((first.LastTransitionTime, "B", "b", 2L), (conditions[0].LastTransitionTime, conditions[0].Reason, conditions[0].Message, conditions[0].ObservedGeneration!.Value));
        Assert.Equal("A", first.Reason);
    }

    [Fact]
    public void Set_OtherStatus_MovesTheTransitionTime()
    {
        conditions.Set("Ready", ConditionStatus.False, "A", "a", 1, time);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(conditions.Set("Ready", ConditionStatus.True, "A", "a", 1, time));
        Assert.Equal(time.GetUtcNow().UtcDateTime, Assert.Single(conditions).LastTransitionTime);
    }

    [Fact]
    public void Set_LongMessage_IsCutAtTheServersLimit()
    {
        conditions.Set("Ready", ConditionStatus.True, "A", string.Concat(Enumerable.Repeat("😀", 20000)), null, time);
        Assert.InRange(conditions[0].Message.Length, 32000, ConditionExtensions.MaxMessageLength);
        Assert.EndsWith("😀 … (cut)", conditions[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_ThereOrNot_Says()
    {
        conditions.Set("Ready", ConditionStatus.True, "A", "a", 1, time);
        Assert.True(conditions.Remove("Ready"));
        Assert.False(conditions.Remove("Ready"));
        Assert.False(conditions.IsTrue("Ready") || conditions.IsFalse("Ready"));
    }

    [Theory]
    [InlineData("", ConditionStatus.True, "Done", KStatusCode.Current)]
    [InlineData("Reconciling=True", ConditionStatus.Unknown, "Reconciling", KStatusCode.InProgress)]
    [InlineData("Stalled=True", ConditionStatus.False, "Stalled", KStatusCode.Failed)]
    [InlineData("Stalled=True Reconciling=False", ConditionStatus.False, "Stalled", KStatusCode.Failed)]
    [InlineData("Stalled=False Reconciling=False Succeeded=True", ConditionStatus.True, "Done", KStatusCode.Current)]
    [InlineData("Succeeded=False", ConditionStatus.False, "Succeeded", KStatusCode.InProgress)]
    [InlineData("Succeeded=Unknown", ConditionStatus.Unknown, "Succeeded", KStatusCode.InProgress)]
    public void Summarize_Table(string present, ConditionStatus ready, string reason, KStatusCode kstatus)
    {
        foreach (var (type, status) in present.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(c => (c.Split('=')[0], c.Split('=')[1])))
        {
            conditions.Set(type, Enum.Parse<ConditionStatus>(status), type, type, 1, time);
        }

        conditions.Summarize("Done", "all is well", 1, time, [.. conditions.Where(c => c.Type == "Succeeded").Select(c => c.Type)]);
        var summary = conditions.Find(ConditionTypes.Ready)!;
        Assert.Equal((ready.ToString(), reason), (summary.Status, summary.Reason));
        Assert.Equal(kstatus, KStatusCalculator.Compute(new { metadata = new { generation = 1 }, status = new { observedGeneration = 1, conditions } }).Code);
    }

    [Fact]
    public void Summarize_RequiredConditionMissing_IsUnknown()
    {
        conditions.Summarize("Done", "", 1, time, "Succeeded");
        Assert.Equal(("Unknown", "Pending"), (conditions[0].Status, conditions[0].Reason));
    }
}
