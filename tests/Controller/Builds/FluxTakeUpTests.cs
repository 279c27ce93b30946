using ImageOperator.Api.ImageBuilds;
using ImageOperator.Controller.Builds;

namespace ImageOperator.Controller.Tests.Builds;

/// <summary>What Flux has is settled with the snapshot.</summary>
public sealed class FluxTakeUpTests
{
    private static readonly WorkspaceStatus Artifact = new() { Path = "site", Url = "http://source-controller/1.tar.gz", Revision = "main@sha1:1", Digest = "sha256:1" };

    [Fact]
    public void TakeUp_KeepsTheArtifact_AndNeverLooksAgain()
    {
        var first = BuildDecision.Decide(Given.New() with { Flux = [new(Artifact, null)] });

        Assert.Equal(Artifact, Assert.Single(first.Status!.Workspace!));
        Assert.NotNull(first.Status.Template);

        // The builder has settled the rest meanwhile; the operator repeats both.
        var settled = first.Status with { Workspace = [Artifact, new() { Path = "roles", Digest = "sha256:2" }] };
        var next = Given.New() with { Build = Given.Build() with { Status = settled }, Flux = [new(Artifact with { Digest = "sha256:3" }, null)] };

        Assert.Equal(settled.Workspace, BuildDecision.Decide(next).Status!.Workspace);
    }
}
