using System.Text;

namespace ImageOperator.Controller.Webhooks.Certificates;

/// <summary>What the Secret holds: everything that every replica needs, so that all serve under the same authority.</summary>
internal sealed record CertificateSet
{
    /// <summary>The authority that signs.</summary>
    public required KeyPair Authority { get; init; }

    /// <summary>The authority that will sign: trusted already.</summary>
    public KeyPair? Next { get; init; }

    /// <summary>The certificate of the authority that signed before: trusted still.</summary>
    public string? Previous { get; init; }

    public required KeyPair Serving { get; init; }

    /// <summary>What API servers shall trust.</summary>
    public string Bundle => string.Join('\n', ((string?[])[Authority.Certificate, Next?.Certificate, Previous]).Where(c => c is not null).Select(c => c!.Trim())) + "\n";

    /// <summary>Null if something is missing, as in the empty Secret that the manifests bring.</summary>
    public static CertificateSet? Read(IDictionary<string, byte[]>? data)
    {
        if (Pair("ca") is not { } authority || Pair("tls") is not { } serving) return null;
        return new() { Authority = authority, Serving = serving, Next = Pair("next-ca"), Previous = Text("previous-ca.crt") };

        KeyPair? Pair(string name) => Text($"{name}.crt") is { } certificate && Text($"{name}.key") is { } key ? new(certificate, key) : null;

        string? Text(string key) => data?.TryGetValue(key, out var bytes) == true && bytes.Length > 0 ? Encoding.ASCII.GetString(bytes) : null;
    }

    /// <summary>The form of the Secret.</summary>
    public Dictionary<string, byte[]> Write()
    {
        var data = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        Add("ca.crt", Authority.Certificate);
        Add("ca.key", Authority.Key);
        Add("tls.crt", Serving.Certificate);
        Add("tls.key", Serving.Key);
        Add("next-ca.crt", Next?.Certificate);
        Add("next-ca.key", Next?.Key);
        Add("previous-ca.crt", Previous);
        return data;

        void Add(string key, string? text)
        {
            if (text is not null) data[key] = Encoding.ASCII.GetBytes(text);
        }
    }
}
