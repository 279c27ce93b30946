namespace ImageOperator.Api.ImageTemplates;

/// <summary>The form of paths in what a workspace is made of.</summary>
public static class WorkspacePaths
{
    /// <summary>A relative path of which no part is <c>.</c> or <c>..</c>.</summary>
    public const string FolderPattern = @"^([^./\s][^/\s]*|\.[^./\s][^/\s]*)(/([^./\s][^/\s]*|\.[^./\s][^/\s]*))*$";

    /// <summary>A file's name.</summary>
    public const string FilePattern = "^[A-Za-z0-9_][-A-Za-z0-9_.+@=]*$";
}
