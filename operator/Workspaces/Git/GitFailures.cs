using ImageOperator.Engine.Failures;

namespace ImageOperator.Workspaces.Git;

/// <summary>What git's complaints mean.</summary>
internal static class GitFailures
{
    public static PlatformException Of(Entry entry, GitUrl url, GitAnswer answer)
    {
        var (field, text) = (entry.Field, $"{url.Text}: {answer.Complaint}");
        if (Says("Host key verification failed", "REMOTE HOST IDENTIFICATION HAS CHANGED"))
        {
            return WorkspaceFailure.Refused(
                $"{field}.secretRef", $"{text} — the server shows a host key that {SecretKeys.KnownHosts} of Secret {entry.SecretName} does not have", "compare the server's key with what its owner publishes before you add it to known_hosts");
        }

        if (Says(
            "Connection refused", "Connection timed out", "Operation timed out", "Could not resolve", "Connection reset", "Connection closed", "kex_exchange", "No route to host", "unreachable", "reset by peer", "returned error: 5",
            "returned error: 429"))
        {
            return Unreachable();
        }

        if (Says("Permission denied", "Authentication failed", "could not read Username", "could not read Password", "returned error: 401", "returned error: 403", "invalid format", "error in libcrypto"))
        {
            return WorkspaceFailure.Refused(
                $"{field}.secretRef", text, entry.SecretName.Length == 0 ? "the repository is not public: set secretRef" : $"check the credentials in Secret {entry.SecretName}: may they read the repository? A private key must have no passphrase");
        }

        if (Says("certificate")) return WorkspaceFailure.Refused($"{field}.secretRef", text, "the server's certificate is not trusted: put its authority into ca.crt of the Secret");
        if (Says("not found", "does not appear to be a git repository", "returned error: 404")) return WorkspaceFailure.Unavailable($"{field}.url", text, "check the url; servers also say so to those who must not see a repository");
        if (Says("not allowed")) return WorkspaceFailure.Unavailable($"{field}.url", text, "use https or ssh");
        return Unreachable();

        PlatformException Unreachable() => WorkspaceFailure.Unreachable($"{field}.url", text, "check the url, and that the builder may reach the server");

        bool Says(params string[] words) => words.Any(w => answer.Error.Contains(w, StringComparison.OrdinalIgnoreCase));
    }
}
