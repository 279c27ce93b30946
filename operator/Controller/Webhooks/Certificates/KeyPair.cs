using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ImageOperator.Controller.Webhooks.Certificates;

/// <summary>A certificate and its key, as PEM.</summary>
internal sealed record KeyPair(string Certificate, string Key)
{
    /// <summary>The certificate with its key; the caller's to dispose of.</summary>
    /// <exception cref="CryptographicException">One of them cannot be read, or they do not belong together.</exception>
    public X509Certificate2 Open()
    {
        try
        {
            return X509Certificate2.CreateFromPem(Certificate, Key);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException(e.Message, e);
        }
    }

    /// <summary>From when to when it is valid; null if it cannot be read, or the key is another's.</summary>
    public Validity? Validity()
    {
        try
        {
            using var opened = Open();
            return new(opened.NotBefore.ToUniversalTime(), opened.NotAfter.ToUniversalTime());
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>A span of time.</summary>
internal readonly record struct Validity(DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Two thirds are used up: time to have the next.</summary>
    public bool IsWorn(DateTimeOffset now) => now >= From + ((Until - From) * 2 / 3);

    public bool Holds(DateTimeOffset now) => now >= From && now < Until;
}
