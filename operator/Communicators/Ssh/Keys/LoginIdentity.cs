using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;

namespace ImageOperator.Communicators.Ssh.Keys;

/// <summary>Who logs in, and what proves it.</summary>
internal sealed record LoginIdentity(string User, string? PrivateKey, string? Passphrase = null, string? Certificate = null, string? Password = null)
{
    /// <summary>Says nothing: records print their members, and most of them are secret.</summary>
    public override string ToString() => $"identity of {User}";

    /// <summary>The ways to log in, best first: certificate and key, password, the server's questions.</summary>
    /// <returns>The methods, or why the key cannot be used.</returns>
    public (IReadOnlyList<AuthenticationMethod> Methods, ConnectFailure? Failure) CreateMethods(DateTimeOffset now)
    {
        var methods = new List<AuthenticationMethod>();
        if (PrivateKey is not null)
        {
            var (key, failure) = ReadKey(now);
            if (key is null) return (methods, failure);
            methods.Add(new PrivateKeyAuthenticationMethod(User, key));
        }

        if (Password is { } password)
        {
            methods.Add(new PasswordAuthenticationMethod(User, password));
            var questions = new KeyboardInteractiveAuthenticationMethod(User);
            questions.AuthenticationPrompt += (_, e) =>
            {
                foreach (var prompt in e.Prompts) prompt.Response = password;
            };
            methods.Add(questions);
        }

        return (methods, null);
    }

    /// <summary>The key with its certificate, or why it cannot be used. The caller disposes of it.</summary>
    public (LoginKey? Key, ConnectFailure? Failure) ReadKey(DateTimeOffset now)
    {
        LoginKey key;
        try
        {
            key = LoginKey.Read(PrivateKey!, Passphrase, Certificate);
        }
        catch (Exception error) when (error is SshException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException
            or System.Security.Cryptography.CryptographicException or Org.BouncyCastle.Crypto.CryptoException or IOException or IndexOutOfRangeException or OverflowException)
        {
            return (null, new ConnectFailure(ConnectionReason.KeyUnusable, $"the given key of {User} cannot be used: {error.Message}", Patience.None, error));
        }

        if (key.Certificate is { } signed && CertificateProblem(signed, now) is { } problem)
        {
            key.Dispose();
            return (null, new ConnectFailure(ConnectionReason.CertificateExpired, problem, Patience.None));
        }

        return (key, null);
    }

    private string? CertificateProblem(Certificate certificate, DateTimeOffset now)
    {
        var seconds = (ulong)now.ToUnixTimeSeconds();
        if (seconds >= certificate.ValidBeforeUnixSeconds) return $"the certificate of {User} expired at {Time(certificate.ValidBeforeUnixSeconds)}";
        return seconds < certificate.ValidAfterUnixSeconds ? $"the certificate of {User} is valid from {Time(certificate.ValidAfterUnixSeconds)} on only" : null;
    }

    private static string Time(ulong seconds) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min(seconds, (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds())).ToString("u");
}
