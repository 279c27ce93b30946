using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Pods;

namespace ImageOperator.Controller.Tests.Builds;

/// <summary>The pod's name stands in status a moment after the pod was made: what tells meanwhile whether a pod that is not there was lost.</summary>
public sealed class LostBeforeTheNameTests
{
    [Fact]
    public void NoPod_NobodyEverSawOne_TheSameAttemptStarts() => Assert.Equal(1, Started(Given.Running(Given.Attempt(1, pod: null))));

    [Fact]
    public void NoPod_ItsBuilderHasWritten_TheNextAttemptStarts() => Assert.Equal(2, Started(Given.Running(Given.Attempt(1, TargetPhase.Running, pod: null))));

    [Theory]
    [InlineData("web-1-lab-1")]
    [InlineData("web-1-lab-1-4a49acf8")]
    public void NoPod_ThisProcessSawIt_TheNextAttemptStarts(string name)
    {
        // The second is the name for when another build has the first.
        Assert.Equal("web-1-lab-1-4a49acf8", PodNames.Other("web-1-lab-1", "uid-1"));
        Assert.Equal(2, Started(Given.Running(Given.Attempt(1, pod: null)) with { SeenPods = new HashSet<string> { name } }));
    }

    [Fact]
    public void NoPod_TheBuilderOfAnEarlierAttemptHasWritten_TheSameAttemptStarts() =>
        Assert.Equal(2, Started(Given.Running(Given.Attempt(2, TargetPhase.Running, pod: null))));

    private static int Started(BuildObservation observed) => Assert.Single(BuildDecision.Decide(observed with { Live = true }).Actions.OfType<BuildAction.CreateBuilder>()).Attempt;
}
