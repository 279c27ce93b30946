using System.Text.RegularExpressions;

namespace ImageOperator.Architecture.Tests;

/// <summary>The threat model says for each answer which test shows it: that test must be there.</summary>
public sealed partial class ThreatModelTests
{
    private static readonly Repository Repo = Repository.Instance;

    [Fact]
    public void ShownBy_NamesTestsThatAre()
    {
        var rows = Repo.Read("docs/security.md").Split('\n').Where(l => Threat().IsMatch(l)).ToArray();
        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var shown = row.Split('|')[^2];
            Assert.Matches("Tests?|tests", shown);
            foreach (Match named in Named().Matches(shown))
            {
                var folder = named.Groups[1].Value;
                var tests = Repo.Files.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal)).ToArray();
                Assert.True(tests.Length > 0, $"{folder} has no tests: {row}");
                foreach (var word in Word().Matches(named.Groups[2].Value).Select(m => m.Value))
                {
                    Assert.True(tests.Any(f => Path.GetFileName(f).Contains(word, StringComparison.Ordinal) || Repo.Read(f).Contains(word, StringComparison.Ordinal)), $"{folder} knows no {word}: {row}");
                }
            }
        });
    }

    [GeneratedRegex("^\\| [STRIDE] \\|")]
    private static partial Regex Threat();

    /// <summary>A folder, and the words after it up to the next one.</summary>
    [GeneratedRegex("`(tests/[A-Za-z/]+)`([^`]*)")]
    private static partial Regex Named();

    [GeneratedRegex("\\b[A-Z][a-z]+[A-Z]\\w+")]
    private static partial Regex Word();
}
