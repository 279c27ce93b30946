using System.Text;

namespace ImageOperator.Workspaces.Git;

/// <summary>Credentials as files in a folder of their own, and the settings that point to them.</summary>
internal sealed class GitCredentials
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private GitCredentials(IReadOnlyList<string> settings, string? sshCommand)
    {
        Settings = settings;
        SshCommand = sshCommand;
    }

    public IReadOnlyList<string> Settings { get; }

    public string? SshCommand { get; }

    /// <param name="entry">The entry.</param>
    /// <param name="url">The repository.</param>
    /// <param name="folder">Where the files go: nobody else reads it.</param>
    public static GitCredentials Create(Entry entry, GitUrl url, string folder) =>
        url.IsSsh ? Ssh(entry, folder) : Https(entry, url, folder);

    /// <summary>For another server than the one that the credentials are for: nobody's.</summary>
    public static GitCredentials None { get; } = new([], null);

    private static GitCredentials Https(Entry entry, GitUrl url, string folder)
    {
        var settings = new List<string>();
        if (entry.Secret.GetValueOrDefault(SecretKeys.Authority) is { Length: > 0 } authority)
        {
            settings.Add($"http.{url.Origin}/.sslCAInfo={Write(folder, "ca.crt", authority)}");
        }

        var user = entry.Secret.GetValueOrDefault(SecretKeys.User);
        var password = entry.Secret.GetValueOrDefault(SecretKeys.Password);
        if (user is null && password is null) return new(settings, null);
        if (user is null || password is null) throw Bad(entry, $"has no key {(user is null ? SecretKeys.User : SecretKeys.Password)}", "HTTPS wants username and password; where a token is the password, any username does");
        (user, password) = (user.TrimEnd('\n'), password.TrimEnd('\n'));
        if ((user + password).Any(c => c is '\n' or '\r' or '\0')) throw Bad(entry, "has a line feed in username or password", "remove it");
        var file = Write(folder, "answer", $"username={user}\npassword={password}\n");
        // Asked for this server's credentials only; a redirect elsewhere gets none.
        settings.Add($"credential.{url.Origin}.helper=!f() {{ test \"$1\" = get && cat {Quoted(file)}; }}; f");
        return new(settings, null);
    }

    private static GitCredentials Ssh(Entry entry, string folder)
    {
        var identity = entry.Secret.GetValueOrDefault(SecretKeys.Identity) is { Length: > 0 } key ? key : throw Bad(entry, $"has no key {SecretKeys.Identity}", "put the private key there, without a passphrase");
        var hosts = entry.Secret.GetValueOrDefault(SecretKeys.KnownHosts) is { Length: > 0 } known
            ? known
            : throw Bad(entry, $"has no key {SecretKeys.KnownHosts}", "put the server's public keys there as ssh-keyscan prints them, compared with what the server's owner publishes: keys are never trusted at first sight");
        // ssh wants the last line to end.
        var file = Write(folder, "identity", identity.ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
        return new([], string.Join(' ',
        [
            "ssh", "-F", "/dev/null", .. new[]
            {
                "BatchMode=yes", "IdentitiesOnly=yes", $"IdentityFile=\"{file}\"", $"UserKnownHostsFile=\"{Write(folder, "known_hosts", hosts.TrimEnd('\n') + "\n")}\"", "GlobalKnownHostsFile=/dev/null",
                "StrictHostKeyChecking=yes", "UpdateHostKeys=no", "ForwardAgent=no", "IdentityAgent=none", "ControlMaster=no", "ControlPath=none", "ConnectTimeout=30", "ServerAliveInterval=15",
                "ServerAliveCountMax=4", "LogLevel=ERROR",
            }.SelectMany(option => new[] { "-o", Quoted(option) }),
        ]));
    }

    // Git has a shell read both.
    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Write(string folder, string name, string content)
    {
        var path = Path.Combine(folder, name);
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        file.Write(Encoding.UTF8.GetBytes(content));
        return path;
    }

    private static Engine.Failures.PlatformException Bad(Entry entry, string what, string hint) => WorkspaceFailure.Refused($"{entry.Field}.secretRef", $"Secret {entry.SecretName} {what}", hint);
}
