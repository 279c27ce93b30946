using System.Globalization;
using ImageOperator.Downloads;
using ImageOperator.Engine.Failures;
using ImageOperator.Workspaces.Archives;

namespace ImageOperator.Workspaces.Git;

/// <summary>Writes a commit's files, and those of its submodules. Sizes and kinds are looked at before anything is written.</summary>
internal sealed class GitTree(Entry entry, GitRoom room)
{
    private const int DeepestSubmodule = 8;
    private const int MostSubmodules = 64;

    private readonly GitObjects _objects = new(entry, room);
    private int _submodules;
    private long _bytes;
    private int _files;

    public async Task WriteAsync(GitUrl url, string commit, string? subPath, string folder, CancellationToken cancellationToken)
    {
        await WriteAsync(url, commit, subPath, folder, depth: 0, cancellationToken).ConfigureAwait(false);
        TreeCheck.All(folder, entry.Field, TreeLimits.Default);
    }

    private async Task WriteAsync(GitUrl url, string commit, string? subPath, string folder, int depth, CancellationToken cancellationToken)
    {
        var repository = await _objects.GetAsync(url, commit, cancellationToken).ConfigureAwait(false);
        var git = room.Git(url);
        var tree = subPath is null ? commit : $"{commit}:{subPath}";
        if (subPath is not null && await git.RunAsync([$"--git-dir={repository}", "cat-file", "-t", tree], cancellationToken).ConfigureAwait(false) is not { Succeeded: true, Text: "tree\n" })
        {
            throw WorkspaceFailure.Unavailable($"{entry.Field}.subPath", $"{commit} of {url.Text} has no folder {subPath}", "correct subPath, or remove it");
        }

        var links = await LookAsync(git, repository, tree, cancellationToken).ConfigureAwait(false);
        await DoAsync(url, git, [$"--git-dir={repository}", "read-tree", tree], folder, cancellationToken).ConfigureAwait(false);
        await DoAsync(url, git, [$"--git-dir={repository}", $"--work-tree={folder}", "checkout-index", "--quiet", "--all", "--force"], folder, cancellationToken).ConfigureAwait(false);
        if (links.Count == 0 || !entry.Source.Git!.RecurseSubmodules) return;
        if (depth == DeepestSubmodule) throw WorkspaceFailure.Unavailable(entry.Field, $"submodules of submodules, {DeepestSubmodule} deep", "set recurseSubmodules to false");
        var urls = await SubmodulesAsync(git, repository, commit, cancellationToken).ConfigureAwait(false);
        foreach (var (path, id) in links)
        {
            if (++_submodules > MostSubmodules) throw WorkspaceFailure.Unavailable(entry.Field, string.Create(CultureInfo.InvariantCulture, $"more than {MostSubmodules} submodules"), "set recurseSubmodules to false");
            var whole = subPath is null ? path : $"{subPath}/{path}";
            var named = urls.GetValueOrDefault(whole) ?? throw WorkspaceFailure.Unavailable(entry.Field, $"the submodule {whole} of {url.Text} has no url in .gitmodules", "set recurseSubmodules to false, or mend .gitmodules");
            var inner = url.Relative(named) ?? throw WorkspaceFailure.Unavailable(entry.Field, $"the submodule {whole} of {url.Text} has the url \"{named}\"", "submodules must be at https or ssh addresses, or relative ones");
            var place = Path.Combine(folder, path);
            // Git has made an empty folder; what is a link, or lies behind one, is none.
            TreeCheck.All(folder, entry.Field, TreeLimits.Default);
            if (!Directory.Exists(place) || new DirectoryInfo(place).LinkTarget is not null) throw WorkspaceFailure.Unavailable(entry.Field, $"the submodule {whole} has no folder");
            await WriteAsync(inner, id, null, place, depth + 1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Adds up what would be written.</summary>
    /// <returns>The submodules: path and commit.</returns>
    private async Task<IReadOnlyList<(string Path, string Commit)>> LookAsync(GitProgram git, string repository, string tree, CancellationToken cancellationToken)
    {
        var answer = await git.RunAsync([$"--git-dir={repository}", "ls-tree", "-r", "-z", "-l", "--full-tree", tree], cancellationToken).ConfigureAwait(false);
        if (!answer.Succeeded) throw WorkspaceFailure.Unavailable(entry.Field, $"the tree cannot be read: {answer.Complaint}");
        var links = new List<(string, string)>();
        foreach (var line in answer.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var head = line[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (head[0] == "160000") links.Add((line[(tab + 1)..], head[2]));
            _bytes += long.TryParse(head[3], CultureInfo.InvariantCulture, out var size) ? size : 0;
            _files++;
        }

        if (_files > TreeLimits.Default.Files) throw TooLarge($"{_files} files");
        if (_bytes > TreeLimits.Default.Bytes) throw TooLarge(DiskSpace.Text(_bytes));
        return links;
    }

    private static async Task<IReadOnlyDictionary<string, string>> SubmodulesAsync(GitProgram git, string repository, string commit, CancellationToken cancellationToken)
    {
        var answer = await git.RunAsync([$"--git-dir={repository}", "config", "--null", "--no-includes", "--blob", $"{commit}:.gitmodules", "--list"], cancellationToken).ConfigureAwait(false);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in answer.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('\n', 2) is [{ } key, { } value] && key.StartsWith("submodule.", StringComparison.Ordinal)) values[key] = value;
        }

        return values.Where(v => v.Key.EndsWith(".path", StringComparison.Ordinal) && values.ContainsKey(v.Key[..^4] + "url"))
            .DistinctBy(v => v.Value).ToDictionary(v => v.Value, v => values[v.Key[..^4] + "url"], StringComparer.Ordinal);
    }

    private async Task DoAsync(GitUrl url, GitProgram git, IReadOnlyList<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var answer = await git.RunAsync(arguments, cancellationToken, folder).ConfigureAwait(false);
        if (answer.Succeeded) return;
        if (DiskSpace.SaysFull(answer.Error)) throw DiskSpace.Full(folder, $"writing the files of {url.Text}");
        throw WorkspaceFailure.Unavailable(entry.Field, $"the files of {url.Text} cannot be written: {answer.Complaint}");
    }

    private PlatformException TooLarge(string what) => WorkspaceFailure.Unavailable($"{entry.Field}.url", $"the tree has {what}", "take a folder of it with subPath; large files belong on a volume (persistentVolumeClaim)");
}
