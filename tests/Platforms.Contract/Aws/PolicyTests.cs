using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>The policy in the documentation is what the code needs, no more and no less.</summary>
public sealed partial class PolicyTests
{
    /// <summary>Tags at creation, and roles that are handed on, are asked for as calls of their own.</summary>
    private static readonly string[] Implied = ["ec2:CreateTags", "iam:TagRole", "iam:TagInstanceProfile", "iam:PassRole"];

    [Fact]
    public void DocumentedPolicy_AllowsExactlyTheCallsOfTheCode()
    {
        var source = string.Join('\n', Directory.GetFiles(Path.Combine(Root, "operator", "Platforms", "Aws"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var called = Named().Matches(source).Select(m => $"{m.Groups[1].Value.ToLowerInvariant()}:{m.Groups[2].Value}")
            .Concat(Short().Matches(source).Select(m => $"ec2:{m.Groups[1].Value}")).Concat(Implied);

        Assert.Equal(called.Distinct().Order(StringComparer.Ordinal), Allowed().Order(StringComparer.Ordinal));
    }

    /// <summary>The actions of the policy in docs/platforms/aws.md.</summary>
    internal static IReadOnlyList<string> Allowed()
    {
        var text = File.ReadAllText(Path.Combine(Root, "docs", "platforms", "aws.md"));
        using var policy = JsonDocument.Parse(Policy().Match(text).Groups[1].Value);
        return [.. policy.RootElement.GetProperty("Statement").EnumerateArray().SelectMany(s => s.GetProperty("Action").EnumerateArray()).Select(a => a.GetString()!)];
    }

    private static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent;
        return folder!.FullName;
    }

    [GeneratedRegex("AwsCall\\.(Ec2|SsmMessages|Ssm|Iam|Kms)\\(\\s*\"([A-Z]\\w+)\"")]
    private static partial Regex Named();

    [GeneratedRegex("\\bRunAsync\\(\\s*\"([A-Z]\\w+)\"")]
    private static partial Regex Short();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Policy();
}
