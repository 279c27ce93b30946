namespace ImageOperator.Controller.Tests.Testbed;

/// <summary>This working copy.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("there is no ImageOperator.sln above the tests");
    }
}
