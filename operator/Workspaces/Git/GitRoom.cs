namespace ImageOperator.Workspaces.Git;

/// <summary>A folder of one fetch, for credentials and objects. It goes when the fetch ends.</summary>
internal sealed class GitRoom : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly Entry _entry;
    private readonly GitUrl _own;
    private readonly GitCredentials _credentials;
    private int _repositories;

    private GitRoom(Entry entry, GitUrl url, string folder)
    {
        _entry = entry;
        _own = url;
        Folder = folder;
        _credentials = GitCredentials.Create(entry, url, folder);
    }

    public string Folder { get; }

    public static GitRoom Create(Entry entry, GitUrl url)
    {
        var folder = Path.Combine(Path.GetFullPath(entry.Request.Scratch), $"git-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder, OwnerOnly);
        try
        {
            return new(entry, url, folder);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Git for a server: the credentials are for the entry's own.</summary>
    public GitProgram Git(GitUrl url) => new(Folder, IsOwn(url) ? _credentials : GitCredentials.None, _entry.Field);

    public bool IsOwn(GitUrl url) => url.Origin == _own.Origin;

    /// <summary>A folder for a repository.</summary>
    public string NextRepository() => Path.Combine(Folder, $"repository-{++_repositories}");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
