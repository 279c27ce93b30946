using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners;

/// <summary>Finds what steps name below a folder, and nothing outside of it.</summary>
internal static class WorkspaceFiles
{
    private const int MostNames = 5;
    private const int MostLinks = 40;

    /// <summary>The path of a file or folder that exists, links resolved.</summary>
    /// <param name="root">The folder it must be in.</param>
    /// <param name="name">The path in it.</param>
    /// <param name="field">The field that names it.</param>
    public static string Find(string root, string name, string field)
    {
        var path = Resolve(root, name, field);
        if (!Path.Exists(path)) throw new StepException($"{field}: there is no {name} in the workspace", hint: Suggest(root, name));
        return path;
    }

    /// <summary>The path of what may not exist yet, links resolved.</summary>
    public static string Resolve(string root, string name, string field)
    {
        var real = RealPath(Path.GetFullPath(root));
        var path = RealPath(Path.GetFullPath(Path.Combine(real, name)));
        if (Path.IsPathRooted(name) || !IsInside(real, path) || !IsInside(real, Path.GetFullPath(Path.Combine(real, name))))
            throw new StepException($"{field}: {name} leads out of its folder", hint: "give a path relative to the workspace (or the build's output folder), without ..; links must stay inside too");
        return path;
    }

    private static bool IsInside(string root, string path) => path == root || path.StartsWith(root == "/" ? "/" : root + '/', StringComparison.Ordinal);

    private static string RealPath(string path)
    {
        var parts = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var real = "/";
        var links = 0;
        while (parts.TryPop(out var part))
        {
            if (part == ".") continue;
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }

            var next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks) throw new StepException($"{path} goes through a circle of links");
            if (Path.IsPathRooted(target)) real = "/";
            foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) parts.Push(step);
        }

        return real;
    }

    private static string Suggest(string root, string name)
    {
        var folder = Path.GetDirectoryName(Path.Combine(root, name.TrimEnd('/')))!;
        while (!Directory.Exists(folder) && folder.Length > root.Length) folder = Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(folder)) return "the workspace is empty: does spec.workspace name the right source?";
        var wanted = Path.GetFileName(name.TrimEnd('/'));
        var near = Directory.EnumerateFileSystemEntries(folder).Take(1000).Select(path => Path.GetRelativePath(root, path))
            .OrderBy(path => Distance(Path.GetFileName(path), wanted)).ThenBy(path => path, StringComparer.Ordinal).Take(MostNames).ToList();
        return near.Count == 0 ? "the workspace is empty: does spec.workspace name the right source?" : $"there are: {string.Join(", ", near)}";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
