using ImageOperator.Controller.Pods;

namespace ImageOperator.Controller.Tests.Pods;

public sealed class PodNamesTests
{
    [Theory]
    [InlineData("web-42", "aws", 1, "^web-42-aws-1$")]
    [InlineData("web.42", "aws", 12, "^web-42-aws-[0-9a-f]{8}-12$")]
    public void Builder_Name_IsReadable(string build, string target, int attempt, string expected) =>
        Assert.Matches(expected, PodNames.Builder(build, target, attempt));

    [Fact]
    public void All_LongestNames_BoundedAndDistinct()
    {
        var build = new string('b', 63);
        var target = new string('t', 32);
        string[] names =
        [
            PodNames.Builder(build, target, 1), PodNames.Builder(build, target, 20), PodNames.Builder(build, target[1..], 1),
            PodNames.Sweeper(build, target, 1), PodNames.Sweeper(build, target, 1234), PodNames.Other(PodNames.Builder(build, target, 1), "uid"), PodNames.Access(build),
        ];

        Assert.All(names, n => Assert.Matches("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", n));
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public void Builder_TwoBuildsWithOneNameForTheirPods_OtherTellsThemApart()
    {
        Assert.Equal(PodNames.Builder("a-b", "c", 1), PodNames.Builder("a", "b-c", 1));
        Assert.NotEqual(PodNames.Other("a-b-c-1", "uid-1"), PodNames.Other("a-b-c-1", "uid-2"));
    }
}
