namespace ImageOperator.Builder.Tests;

internal static class Repository
{
    /// <summary>The working copy that the tests were built from.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "ImageOperator.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no ImageOperator.sln above the tests"));
}
