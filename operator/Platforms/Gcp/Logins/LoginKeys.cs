using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Machines;

namespace ImageOperator.Platforms.Gcp.Logins;

/// <summary>Puts machines' keys into the OS Login profile of the builder's own account, and takes them out again. One that nobody takes out ends by itself.</summary>
internal sealed class LoginKeys(PlatformContext context, GcpAccess access, OsLoginRest osLogin, GcpCalls calls, Maker maker)
{
    private const string Reason = Reasons.MachineFailed;
    private const string Users = "users/";

    private readonly Caller _caller = new(access, calls);
    private readonly Settling _settling = new(context.Time);

    /// <param name="ledgerKey">The key's entry.</param>
    /// <param name="publicKey">A line of authorized_keys.</param>
    /// <param name="lifetime">How long it is valid.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <returns>The user that logs in with it.</returns>
    public async Task<string> ImportAsync(string ledgerKey, string publicKey, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var account = await _caller.FindAsync(cancellationToken).ConfigureAwait(false);
        var line = publicKey.Trim();
        var key = new OsLoginKey { Key = line, ExpirationTimeUsec = ((context.Time.GetUtcNow() + lifetime).ToUnixTimeMilliseconds() * 1000).ToString(CultureInfo.InvariantCulture) };
        var properties = new Dictionary<string, string> { [Properties.PublicKey] = line, [Properties.Expires] = key.ExpirationTimeUsec };
        await maker.IntendAsync(new(ledgerKey, ResourceTypes.LoginKey, Users + account, properties, "global"), cancellationToken).ConfigureAwait(false);
        var profile = (await calls.RunAsync("oslogin.users.importSshPublicKey", Reason, t => osLogin.ImportKeyAsync(account, access.Project, key, t), cancellationToken).ConfigureAwait(false)).LoginProfile;
        var name = Find(profile, line, null) is { } fingerprint ? $"{Users}{account}/sshPublicKeys/{fingerprint}" : Users + account;
        await context.Ledger.ConfirmAsync(ledgerKey, name, null, cancellationToken).ConfigureAwait(false);
        var accounts = profile?.PosixAccounts ?? [];
        var user = (accounts.FirstOrDefault(a => a.Primary == true) ?? (accounts is [var only, ..] ? only : null))?.Username
            ?? throw new PlatformException(FailureKind.Terminal, Reason, $"gcp.osLogin: the OS Login profile of {account} has no POSIX account", "see \"OS Login\" in Google's documentation, or remove gcp.osLogin");
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"OS Login: {account} logs in as {user}"));
        return user;
    }

    public async Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var account = entry.Id![Users.Length..].Split('/')[0];
        var line = entry.Properties?.GetValueOrDefault(Properties.PublicKey) ?? "";
        // A key that the template gives may be another build's, too: who put it there last takes it out.
        var expires = entry.Properties?.GetValueOrDefault(Properties.Expires);
        var fingerprint = await _settling.FindAsync(entry, async () => Find(await ReadAsync(account, cancellationToken).ConfigureAwait(false), line, expires), cancellationToken).ConfigureAwait(false);
        if (fingerprint is null) return;
        try
        {
            await calls.RunAsync("oslogin.users.sshPublicKeys.delete", Reason, async t =>
            {
                await osLogin.DeleteKeyAsync(account, fingerprint, t).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            // It is gone.
        }
    }

    private async Task<OsLoginProfile?> ReadAsync(string account, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.RunAsync("oslogin.users.getLoginProfile", Reason, t => osLogin.GetProfileAsync(account, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The fingerprint of a key: by the key itself, for the comment at its end may be another.</summary>
    private static string? Find(OsLoginProfile? profile, string line, string? expires) =>
        profile?.SshPublicKeys?.FirstOrDefault(k => Body(k.Value.Key) == Body(line) && (expires is null || k.Value.ExpirationTimeUsec == expires)).Key;

    private static string Body(string? line) => string.Join(' ', (line ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2));
}
