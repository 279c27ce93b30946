namespace ImageOperator.Chart.Tests.Support;

/// <summary>Every file of values, for the newest Kubernetes and for the oldest.</summary>
internal static class Matrix
{
    public const string Oldest = "1.20.2";
    public const string Newest = "1.36.0";

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Tool.Root, "tests/Chart/Values"), "*.yaml").Order(StringComparer.Ordinal))
        {
            foreach (var version in new[] { Oldest, Newest }) cases.Add(Path.GetFileNameWithoutExtension(file), version);
        }

        return cases;
    }

    public static string[] Arguments(string values, string version) => ["--values", $"tests/Chart/Values/{values}.yaml", "--kube-version", version];
}
