using System.Globalization;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Workspaces.Archives;

/// <summary>Says whether a folder holds only files, folders, and links that stay inside.</summary>
internal static class TreeCheck
{
    private const int MostSteps = 255;

    /// <exception cref="PlatformException">A link leads out of the folder, or in a circle.</exception>
    public static void Links(string root, IEnumerable<string> links, string field)
    {
        foreach (var link in links)
        {
            if (!StaysInside(root, link))
            {
                throw WorkspaceFailure.Unavailable(
                    field, $"the link \"{Path.GetRelativePath(root, link)}\" leads out of its folder, or in a circle (to \"{new FileInfo(link).LinkTarget}\")", "links must stay below the folder that is taken: remove the link, or take a folder above it");
            }
        }
    }

    /// <summary>Checks a whole folder that a trusted program has written.</summary>
    public static void All(string root, string field, TreeLimits limits)
    {
        var count = 0;
        var links = new List<string>();
        foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            if (++count > limits.Files) throw WorkspaceFailure.Unavailable(field, string.Create(CultureInfo.InvariantCulture, $"more than {limits.Files} files"), "take a folder of it with subPath");
            if (entry.LinkTarget is not null) links.Add(entry.FullName);
        }

        Links(root, links, field);
    }

    /// <summary>Follows a link as the system would. What does not exist inside is inside, too.</summary>
    private static bool StaysInside(string root, string link)
    {
        var rest = new Stack<string>();
        Push(rest, Path.GetRelativePath(root, link));
        var at = root;
        for (var steps = 0; rest.TryPop(out var part);)
        {
            if (part == ".") continue;
            if (part == "..")
            {
                if (at == root) return false;
                at = Path.GetDirectoryName(at)!;
                continue;
            }

            var next = Path.Combine(at, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                at = next;
                continue;
            }

            if (target.StartsWith('/') || ++steps > MostSteps) return false;
            Push(rest, target);
        }

        return true;
    }

    private static void Push(Stack<string> rest, string path)
    {
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) rest.Push(part);
    }
}
