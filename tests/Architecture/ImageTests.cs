using System.Text.RegularExpressions;

namespace ImageOperator.Architecture.Tests;

/// <summary>The image that is tested here is made by a script, the one that is published by a Dockerfile: both have the same programs.</summary>
public sealed partial class ImageTests
{
    /// <summary>What the Dockerfile's base image has already.</summary>
    private static readonly string[] OfTheBase = ["base-files", "libc6", "libgcc-s1", "libstdc++6", "libssl3"];

    [Fact]
    public void Builder_HasTheSamePackagesInBoth()
    {
        var script = Repository.Instance.Read("config/dev/images/build-images.sh");
        var tested = Variable("COMMON_PACKAGES", script).Concat(Variable("BUILDER_PACKAGES", script)).Where(p => p[0] != '$').Except(OfTheBase);
        var published = Install().Match(Repository.Instance.Read("operator/Builder/Dockerfile")).Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(tested.Order(StringComparer.Ordinal), published.Order(StringComparer.Ordinal));
    }

    private static string[] Variable(string name, string script) => Regex.Match(script, $"^{name}=(.*)$", RegexOptions.Multiline).Groups[1].Value.Split(',');

    [GeneratedRegex(@"apt-get install -y --no-install-recommends ([^\\\n]+)")]
    private static partial Regex Install();
}
