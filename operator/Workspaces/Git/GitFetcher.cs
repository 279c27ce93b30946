using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Workspaces.Git;

/// <summary>The files of a commit, without the repository.</summary>
internal sealed class GitFetcher : IEntryFetcher
{
    private const int MostNames = 5;

    public string Kind => "git";

    public bool Supports(WorkspaceSource source) => source.Git is not null;

    public async Task<WorkspaceStatus> ResolveAsync(Entry entry, CancellationToken cancellationToken)
    {
        var git = entry.Source.Git!;
        var url = Url(entry);
        if (git.Ref?.Commit is { } commit) return Pin(commit, Digest(commit));
        using var room = GitRoom.Create(entry, url);
        var (wanted, field) = git.Ref switch
        {
            { Branch: { } branch } => ($"refs/heads/{branch}", "ref.branch"),
            { Tag: { } tag } => ($"refs/tags/{tag}", "ref.tag"),
            _ => ("HEAD", "ref"),
        };
        var refs = await ReferencesAsync(entry, url, room, [wanted, $"{wanted}^{{}}"], cancellationToken).ConfigureAwait(false);
        // An annotated tag is an object of its own; the commit is behind it.
        if ((refs.GetValueOrDefault($"{wanted}^{{}}") ?? refs.GetValueOrDefault(wanted)) is { } found)
        {
            return Pin($"{git.Ref?.Branch ?? git.Ref?.Tag ?? "HEAD"}@{Digest(found)}", Digest(found));
        }

        var prefix = wanted == "HEAD" ? "refs/heads/" : wanted[..(wanted.IndexOf('/', "refs/".Length) + 1)];
        var names = (await ReferencesAsync(entry, url, room, [$"{prefix}*"], cancellationToken).ConfigureAwait(false)).Keys
            .Where(n => n.StartsWith(prefix, StringComparison.Ordinal) && !n.EndsWith("^{}", StringComparison.Ordinal)).Select(n => n[prefix.Length..]).ToList();
        var hint = names.Count == 0 ? "it has none" : $"it has {string.Join(", ", names.Take(MostNames))}{(names.Count > MostNames ? ", …" : "")}";
        throw WorkspaceFailure.Unavailable($"{entry.Field}.{field}", $"{url.Text} has no {(wanted == "HEAD" ? "default branch" : wanted)}", hint);

        WorkspaceStatus Pin(string revision, string digest) => new() { Path = entry.Source.Path, Url = url.Text, Revision = revision, Digest = digest };
    }

    public async Task FetchAsync(Entry entry, WorkspaceStatus pin, string folder, CancellationToken cancellationToken)
    {
        var commit = pin.Digest[(pin.Digest.IndexOf(':', StringComparison.Ordinal) + 1)..];
        using var room = GitRoom.Create(entry, Url(entry));
        await new GitTree(entry, room).WriteAsync(Url(entry), commit, entry.Source.Git!.SubPath, folder, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReferencesAsync(Entry entry, GitUrl url, GitRoom room, string[] patterns, CancellationToken cancellationToken)
    {
        var answer = await room.Git(url).RunAsync(["ls-remote", "--quiet", "--", url.Text, .. patterns], cancellationToken).ConfigureAwait(false);
        if (!answer.Succeeded) throw GitFailures.Of(entry, url, answer);
        var refs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('\t') is [{ Length: 40 or 64 } id, { } name] && id.All(char.IsAsciiHexDigitLower)) refs[name] = id;
        }

        return refs;
    }

    private static string Digest(string commit) => commit.Length == 64 ? $"sha256:{commit}" : $"sha1:{commit}";

    private static GitUrl Url(Entry entry) => GitUrl.Parse(entry.Source.Git!.Url)
        ?? throw WorkspaceFailure.Unavailable($"{entry.Field}.url", "is not a repository's address", "write https://host/path, ssh://user@host/path or user@host:path, without a password");
}
