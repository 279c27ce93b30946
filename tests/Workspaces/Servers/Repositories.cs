namespace ImageOperator.Workspaces.Tests.Servers;

/// <summary>Git repositories in a folder, as a server has them.</summary>
internal sealed class Repositories(string folder)
{
    public string Folder => folder;

    public string PathOf(string name) => Path.Combine(folder, name);

    /// <summary>Commits files onto a branch; null deletes one.</summary>
    /// <returns>The commit.</returns>
    public async Task<string> CommitAsync(string name, params (string Path, string? Content)[] files)
    {
        var work = PathOf(name) + ".work";
        if (!Directory.Exists(work))
        {
            Directory.CreateDirectory(work);
            await Tool.RunAsync(folder, "git", "init", "--quiet", "--bare", "--initial-branch=main", PathOf(name));
            await Tool.RunAsync(work, "git", "init", "--quiet", "--initial-branch=main", ".");
        }

        foreach (var (path, content) in files)
        {
            var file = Path.Combine(work, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (content is null) File.Delete(file);
            else if (content.StartsWith("-> ", StringComparison.Ordinal)) File.CreateSymbolicLink(file, content[3..]);
            else await File.WriteAllTextAsync(file, content);
            if (path.EndsWith(".sh", StringComparison.Ordinal)) File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        }

        await Tool.RunAsync(work, "git", "add", "--all");
        await Tool.RunAsync(work, "git", "commit", "--quiet", "--allow-empty", "-m", "a change");
        await PushAsync(name);
        return (await Tool.RunAsync(work, "git", "rev-parse", "HEAD")).Trim();
    }

    /// <summary>Runs git in the work folder of a repository, and pushes all.</summary>
    public async Task GitAsync(string name, params string[] arguments)
    {
        await Tool.RunAsync(PathOf(name) + ".work", "git", ["-c", "protocol.file.allow=always", .. arguments]);
        await PushAsync(name);
    }

    private async Task PushAsync(string name)
    {
        await Tool.RunAsync(PathOf(name) + ".work", "git", "push", "--quiet", "--force", PathOf(name), "refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*");
        // What a web server without git's help would need.
        await Tool.RunAsync(PathOf(name), "git", "update-server-info");
    }
}
