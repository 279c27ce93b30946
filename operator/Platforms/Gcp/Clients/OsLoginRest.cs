using ImageOperator.Platforms.Gcp.Access;

namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>As much of OS Login's API as builds need.</summary>
internal sealed class OsLoginRest(GcpAccess access) : IDisposable
{
    private readonly GoogleRest _rest = new(access, $"{access.Universe.OsLogin}/v1/");

    public void Dispose() => _rest.Dispose();

    /// <summary>Adds a key to an account's profile; one that is there already gets the new time.</summary>
    /// <param name="account">An address or a unique ID.</param>
    /// <param name="project">Where the account will log in.</param>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<OsLoginImport> ImportKeyAsync(string account, string project, OsLoginKey key, CancellationToken cancellationToken) =>
        _rest.CallAsync<OsLoginImport>(HttpMethod.Post, $"users/{Uri.EscapeDataString(account)}:importSshPublicKey?projectId={project}", key, cancellationToken);

    public Task<OsLoginProfile> GetProfileAsync(string account, CancellationToken cancellationToken) =>
        _rest.CallAsync<OsLoginProfile>(HttpMethod.Get, $"users/{Uri.EscapeDataString(account)}/loginProfile", null, cancellationToken);

    /// <param name="account">The account.</param>
    /// <param name="fingerprint">As the profile has it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task DeleteKeyAsync(string account, string fingerprint, CancellationToken cancellationToken) =>
        _rest.CallAsync(HttpMethod.Delete, $"users/{Uri.EscapeDataString(account)}/sshPublicKeys/{Uri.EscapeDataString(fingerprint)}", cancellationToken);
}

internal sealed record OsLoginImport(OsLoginProfile? LoginProfile);

internal sealed record OsLoginProfile
{
    public IReadOnlyList<OsLoginAccount>? PosixAccounts { get; init; }

    /// <summary>By their fingerprints.</summary>
    public IReadOnlyDictionary<string, OsLoginKey>? SshPublicKeys { get; init; }
}

internal sealed record OsLoginAccount
{
    public bool? Primary { get; init; }

    public string? Username { get; init; }
}

internal sealed record OsLoginKey
{
    /// <summary>A line of authorized_keys.</summary>
    public string? Key { get; init; }

    /// <summary>When it ends, in microseconds since 1970.</summary>
    public string? ExpirationTimeUsec { get; init; }
}
