using System.Text;
using System.Text.Json;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Manifests;

/// <summary>The keys of a ConfigMap or Secret in a manifest.</summary>
internal static class ManifestData
{
    /// <exception cref="UsageException">Something is not base64.</exception>
    public static IReadOnlyDictionary<string, byte[]> Bytes(ManifestDocument document)
    {
        var secret = document.Is("Secret");
        var result = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (field, encoded) in new[] { ("data", secret), ("binaryData", true), ("stringData", false) })
        {
            if (!document.Json.TryGetProperty(field, out var data) || data.ValueKind != JsonValueKind.Object) continue;
            foreach (var pair in data.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String))
            {
                var text = pair.Value.GetString()!;
                result[pair.Name] = encoded ? Decode(text, document) : Encoding.UTF8.GetBytes(text);
            }
        }

        return result;
    }

    public static IReadOnlyDictionary<string, string> Texts(ManifestDocument document) =>
        Bytes(document).ToDictionary(p => p.Key, p => Encoding.UTF8.GetString(p.Value), StringComparer.Ordinal);

    private static byte[] Decode(string text, ManifestDocument document)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw new UsageException($"{document.Kind} \"{document.Name}\" has data that is not base64: use stringData (of a Secret) or data (of a ConfigMap) for plain text");
        }
    }
}
