using System.Text.Json.Nodes;
using ImageOperator.Runtime.Conditions;

namespace ImageOperator.Runtime.Tests.Conditions;

public sealed class KStatusTests
{
    [Theory]
    [InlineData("""{"metadata":{"generation":1}}""", KStatusCode.Current, "")]
    [InlineData("""{"metadata":{"generation":1},"status":{}}""", KStatusCode.Current, "")]
    [InlineData("""{"metadata":{"generation":2,"deletionTimestamp":"2026-01-01T00:00:00Z"},"status":{"observedGeneration":1}}""", KStatusCode.Terminating, "Terminating")]
    [InlineData("""{"metadata":{"generation":2},"status":{"observedGeneration":1,"conditions":[{"type":"Ready","status":"True"}]}}""", KStatusCode.InProgress, "LatestGenerationNotObserved")]
    [InlineData("""{"metadata":{"generation":2},"status":{"conditions":[{"type":"Ready","status":"True","reason":"R"}]}}""", KStatusCode.Current, "R")]
    [InlineData("""{"status":{"conditions":[{"type":"Ready","status":"False","reason":"R"}]}}""", KStatusCode.InProgress, "R")]
    [InlineData("""{"status":{"conditions":[{"type":"Ready","status":"Unknown","reason":"R"}]}}""", KStatusCode.InProgress, "R")]
    [InlineData("""{"status":{"conditions":[{"type":"Ready","status":"True"},{"type":"Reconciling","status":"True","reason":"R"}]}}""", KStatusCode.InProgress, "R")]
    [InlineData("""{"status":{"conditions":[{"type":"Ready","status":"False"},{"type":"Stalled","status":"True","reason":"S"}]}}""", KStatusCode.Failed, "S")]
    [InlineData("""{"status":{"conditions":[{"type":"Reconciling","status":"True","reason":"R"},{"type":"Stalled","status":"True","reason":"S"}]}}""", KStatusCode.InProgress, "R")]
    [InlineData("""{"status":{"conditions":[{"type":"Stalled","status":"True","reason":"S"},{"type":"Reconciling","status":"True","reason":"R"}]}}""", KStatusCode.Failed, "S")]
    [InlineData("""{"status":{"conditions":[{"type":"Stalled","status":"False"},{"type":"Reconciling","status":"False"}]}}""", KStatusCode.Current, "")]
    public void Compute_Table(string resource, KStatusCode code, string reason)
    {
        var status = KStatusCalculator.Compute(JsonNode.Parse(resource));
        Assert.Equal((code, reason), (status.Code, status.Reason));
    }

    [Fact]
    public void Compute_Nothing_IsNotFound() => Assert.Equal(KStatusCode.NotFound, KStatusCalculator.Compute(null).Code);
}
