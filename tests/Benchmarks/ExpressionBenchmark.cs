using System.Diagnostics;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Benchmarks;

/// <summary>How many texts with expressions are read and worked out in a second, by one thread.</summary>
internal static class ExpressionBenchmark
{
    private const int Target = 10_000;

    private static readonly (string Name, string Text)[] Texts =
    [
        ("a parameter", "apt-get install -y nginx=$(params.version)*"),
        ("a function", "echo $(upper(params.name)) > /etc/motd"),
        ("nested functions", "$(base64encode(format(\"%s:%s\", lower(params.name), sha256(params.version))))"),
        ("condition and default", "$(params.users.eve.shell ?? (length(params.packages) > 2 ? \"/bin/bash\" : \"/bin/sh\"))"),
        ("a loop over a list", "$(join(\" \", [for p in params.packages : format(\"%s=%s\", p, params.version) if !startswith(p, \"lib\")]))"),
        ("regular expression", "$(regex_replace(params.version, '^(\\d+)\\.(\\d+).*', '$1-$2'))"),
        ("versions", "$(semver_constraint(params.version, \"~> 1.26, != 1.26.1\"))"),
        ("YAML of a map", "$(yamlencode(merge(params.users, {build: build.id, at: timestamp()})))"),
    ];

    public static int Run(TimeSpan each)
    {
        var values = ExpressionValues.Of(
            [new() { Name = "version" }, new() { Name = "name" }, new() { Name = "packages", Type = ParameterType.List }, new() { Name = "users", Type = ParameterType.Map }],
            new Dictionary<string, string>
            {
                ["version"] = "1.26.3",
                ["name"] = "Web",
                ["packages"] = """["nginx","curl","libssl3","jq","git"]""",
                ["users"] = """{"ann":{"uid":1000,"groups":["sudo","adm"]},"bob":{"uid":1001}}""",
            }).At(new(2026, 1, 31, 23, 59, 59, TimeSpan.Zero)).With(KnownNames.BuildId, "0f8fad5b-d9cb-469f-a165-70867728950e");
        Console.WriteLine($"{"expression",-24}{"in a second",14}   target {Target:N0}");
        foreach (var (name, text) in Texts)
        {
            Count(text, values, each / 4);
            Console.WriteLine($"{name,-24}{Count(text, values, each),14:N0}");
        }

        return 0;
    }

    private static double Count(string text, ExpressionValues values, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var count = 0;
        for (; clock.Elapsed < time; count++) _ = Expander.Expand(text, values);
        return count / clock.Elapsed.TotalSeconds;
    }
}
