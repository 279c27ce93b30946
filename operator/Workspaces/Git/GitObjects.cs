using System.Security.Cryptography;
using System.Text;
using ImageOperator.Downloads;
using ImageOperator.Engine.Events;
using ImageOperator.Workspaces.Archives;

namespace ImageOperator.Workspaces.Git;

/// <summary>
/// The objects of one commit, from the cache or from the server. The cache holds packs: git computes every object's ID anew when it
/// takes one in, so a pack that someone has changed is not taken for the commit.
/// </summary>
internal sealed class GitObjects(Entry entry, GitRoom room)
{
    private static readonly TimeSpan SizePoll = TimeSpan.FromSeconds(1);

    /// <returns>The git folder of a repository that has the commit, and nothing above it.</returns>
    public async Task<string> GetAsync(GitUrl url, string commit, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(entry.Cache, "git");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Key(url, commit) + ".pack");
        using var held = await CacheLock.TakeAsync(path + CachedFile.LockSuffix, () => entry.Say("another build fetches the same commit: waiting for it"), entry.Time, cancellationToken).ConfigureAwait(false);
        if (File.Exists(path))
        {
            if (await FromPackAsync(url, commit, path, cancellationToken).ConfigureAwait(false) is { } known) return known;
            entry.Say($"the cached commit {commit} is damaged: it is fetched again", MessageLevel.Warning);
            File.Delete(path);
        }

        var repository = await FromServerAsync(url, commit, cancellationToken).ConfigureAwait(false);
        await KeepAsync(url, commit, repository, path, cancellationToken).ConfigureAwait(false);
        return repository;
    }

    private async Task<string?> FromPackAsync(GitUrl url, string commit, string pack, CancellationToken cancellationToken)
    {
        var repository = await InitAsync(url, commit, cancellationToken).ConfigureAwait(false);
        var answer = await room.Git(url).RunAsync([$"--git-dir={repository}", "index-pack", "--stdin"], cancellationToken, inputFile: pack).ConfigureAwait(false);
        await CutAsync(repository, commit, cancellationToken).ConfigureAwait(false);
        return answer.Succeeded && await HasAsync(url, repository, commit, cancellationToken).ConfigureAwait(false) ? repository : null;
    }

    private async Task<string> FromServerAsync(GitUrl url, string commit, CancellationToken cancellationToken)
    {
        var repository = await InitAsync(url, commit, cancellationToken).ConfigureAwait(false);
        string[] fetch = [$"--git-dir={repository}", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"];
        var shallow = await FetchAsync(url, repository, [.. fetch, "--depth=1", "--", url.Text, commit], cancellationToken).ConfigureAwait(false);
        if (!shallow.Succeeded)
        {
            // Some servers hand out only what a branch or tag leads to, some know no depth.
            var whole = await FetchAsync(url, repository, [.. fetch, "--", url.Text, "+refs/heads/*:refs/r/heads/*", "+refs/tags/*:refs/r/tags/*"], cancellationToken).ConfigureAwait(false);
            if (!whole.Succeeded) throw GitFailures.Of(entry, url, whole);
        }

        await CutAsync(repository, commit, cancellationToken).ConfigureAwait(false);
        if (await HasAsync(url, repository, commit, cancellationToken).ConfigureAwait(false)) return repository;
        throw WorkspaceFailure.Unavailable($"{entry.Field}.ref", $"{url.Text} has no commit {commit}", "the branch was rewritten, or the commit is of another repository: build again, or correct ref.commit");
    }

    private async Task<GitAnswer> FetchAsync(GitUrl url, string repository, string[] arguments, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var fetching = room.Git(url).RunAsync(arguments, ended.Token);
        while (await Task.WhenAny(fetching, Task.Delay(SizePoll, entry.Time, cancellationToken)).ConfigureAwait(false) != fetching)
        {
            if (SizeOf(repository) <= TreeLimits.Default.Bytes) continue;
            await ended.CancelAsync().ConfigureAwait(false);
            await ((Task)fetching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw WorkspaceFailure.Unavailable($"{entry.Field}.url", $"{url.Text} is larger than {DiskSpace.Text(TreeLimits.Default.Bytes)}", "large files belong on a volume (persistentVolumeClaim), not into a repository");
        }

        return await fetching.ConfigureAwait(false);
    }

    private async Task KeepAsync(GitUrl url, string commit, string repository, string path, CancellationToken cancellationToken)
    {
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            var answer = await room.Git(url).RunAsync(
                [$"--git-dir={repository}", "pack-objects", "--quiet", "--revs", "--stdout"], cancellationToken, input: commit + "\n", outputFile: partial).ConfigureAwait(false);
            if (answer.Succeeded) File.Move(partial, path, overwrite: true);
        }
        catch (IOException e)
        {
            entry.Say($"the commit is not cached: {e.Message}", MessageLevel.Warning);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private async Task<string> InitAsync(GitUrl url, string commit, CancellationToken cancellationToken)
    {
        var repository = room.NextRepository();
        var answer = await room.Git(url).RunAsync(["init", "--quiet", "--template=", $"--object-format={(commit.Length == 64 ? "sha256" : "sha1")}", repository], cancellationToken).ConfigureAwait(false);
        if (!answer.Succeeded) throw WorkspaceFailure.Unavailable(entry.Field, $"git init: {answer.Complaint}");
        return Path.Combine(repository, ".git");
    }

    /// <summary>What is above the commit is not there, and need not be.</summary>
    private static Task CutAsync(string repository, string commit, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(Path.Combine(repository, "shallow"), commit + "\n", cancellationToken);

    private async Task<bool> HasAsync(GitUrl url, string repository, string commit, CancellationToken cancellationToken) =>
        (await room.Git(url).RunAsync([$"--git-dir={repository}", "cat-file", "-t", commit], cancellationToken).ConfigureAwait(false)) is { Succeeded: true, Text: "commit\n" };

    // Who knows a commit's ID must not find what only others' credentials reach.
    private string Key(GitUrl url, string commit)
    {
        var who = room.IsOwn(url) && entry.SecretName.Length > 0 ? $"{entry.Request.Namespace}/{entry.SecretName}" : "";
        return $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{who}\n{url.Text}")))[..16]}-{commit}";
    }

    private static long SizeOf(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Exists ? f.Length : 0);
        }
        catch (IOException)
        {
            // Files come and go while git works: the next look tells.
            return 0;
        }
    }
}
