using System.Text.RegularExpressions;

namespace ImageOperator.Architecture.Tests;

/// <summary>The builder's image is made in two ways: by its Dockerfile, and by the script that tests use.</summary>
public sealed partial class BuilderImageTests
{
    /// <summary>What Microsoft's image has, in its Dockerfile: what the .NET runtime needs.</summary>
    private static readonly string[] OfTheBase = ["base-files", "libc6", "libgcc-s1", "libstdc++6", "libssl3"];

    [Fact]
    public void Packages_OfTestedImage_AreInTheDockerfile()
    {
        var script = Repository.Instance.Read("config/dev/images/build-images.sh");
        var common = Common().Match(script).Groups[1].Value.Split(',');
        var tested = common.Concat(Builder().Match(script).Groups[1].Value.Split(',')).Except(OfTheBase, StringComparer.Ordinal);
        var released = Installed().Match(Repository.Instance.Read("operator/Builder/Dockerfile")).Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("qemu-utils", released);
        Assert.Empty(tested.Except(released, StringComparer.Ordinal));
    }

    [GeneratedRegex("^COMMON_PACKAGES=(.*)$", RegexOptions.Multiline)]
    private static partial Regex Common();

    [GeneratedRegex(@"^BUILDER_PACKAGES=\$COMMON_PACKAGES,(.*)$", RegexOptions.Multiline)]
    private static partial Regex Builder();

    [GeneratedRegex(@"--no-install-recommends (.*) \\$", RegexOptions.Multiline)]
    private static partial Regex Installed();
}
