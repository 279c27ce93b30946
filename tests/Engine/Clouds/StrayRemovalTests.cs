using ImageOperator.Api.Platforms;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests.Clouds;

public sealed class StrayRemovalTests
{
    private readonly Clock _clock = new();

    [Theory]
    [InlineData("gone", "lab", null, 25, true)]
    [InlineData("gone", "lab", null, 23, false)]
    [InlineData("gone", "lab", null, null, false)]
    [InlineData("gone", "lab", "true", 25, false)]
    [InlineData("gone", null, null, 25, false)]
    [InlineData("alive", "lab", null, 25, false)]
    [InlineData(null, "lab", null, 25, false)]
    public void IsStray_WantsAllMarks(string? build, string? target, string? kept, int? hours, bool isStray)
    {
        var removal = new StrayRemoval(StrayMode.Remove, TimeSpan.FromHours(24), new() { PlatformUid = "p", Builds = ["alive"] }, _clock);

        Assert.Equal(isStray, removal.IsStray(build, target, kept, hours is { } h ? _clock.GetUtcNow() - TimeSpan.FromHours(h) : null));
    }

    [Fact]
    public void Report_TellsOfPlacesThatCouldNotBeSeen()
    {
        var removal = new StrayRemoval(StrayMode.Report, TimeSpan.FromHours(24), new() { PlatformUid = "p", Builds = [] }, _clock);

        Assert.Null(removal.Report.Error);
        removal.Fail("eu-west-1: denied");
        removal.Fail("iam: denied");
        Assert.Equal("eu-west-1: denied; iam: denied", removal.Report.Error);
    }
}
