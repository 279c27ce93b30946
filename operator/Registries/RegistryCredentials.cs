using System.Text;
using System.Text.Json;

namespace ImageOperator.Registries;

/// <summary>A registry's user and password.</summary>
public sealed record RegistryCredentials(string User, string Password)
{
    /// <summary>The key of a Secret of type kubernetes.io/dockerconfigjson.</summary>
    public const string DockerConfigKey = ".dockerconfigjson";

    /// <summary>Finds the credentials of a repository in a Docker configuration: the entry with the longest path that is above it.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="FormatException">The text is no Docker configuration.</exception>
    public static RegistryCredentials? Find(string dockerConfig, RegistryReference reference)
    {
        try
        {
            using var config = JsonDocument.Parse(dockerConfig);
            if (config.RootElement.ValueKind != JsonValueKind.Object || !config.RootElement.TryGetProperty("auths", out var auths) || auths.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException("it has no \"auths\"");
            }

            var found = auths.EnumerateObject().Select(a => (Place: Place(a.Name), a.Value))
                .Where(a => IsAbove(a.Place, reference)).OrderByDescending(a => a.Place.Length).Select(a => a.Value).ToList();
            return found.Count > 0 ? Read(found[0]) : null;
        }
        catch (JsonException)
        {
            // Its message would show a piece of the text.
            throw new FormatException("it is not JSON");
        }
    }

    /// <summary>What of a Docker configuration must never be shown: each password, and each <c>auth</c> that has one in it.</summary>
    public static IEnumerable<string> Secrets(string dockerConfig)
    {
        JsonElement config;
        try
        {
            config = JsonElement.Parse(dockerConfig);
        }
        catch (JsonException)
        {
            return [];
        }

        if (config.ValueKind != JsonValueKind.Object || !config.TryGetProperty("auths", out var auths) || auths.ValueKind != JsonValueKind.Object) return [];
        return auths.EnumerateObject().SelectMany(a => Of(a.Value)).OfType<string>().Distinct().ToList();

        static IEnumerable<string?> Of(JsonElement entry)
        {
            foreach (var name in new[] { "password", "auth", "identitytoken", "registrytoken" }) yield return Text(entry, name);
            RegistryCredentials? read = null;
            try
            {
                read = Read(entry);
            }
            catch (FormatException)
            {
                // Whoever uses it says so.
            }

            yield return read?.Password;
        }
    }

    /// <inheritdoc />
    public override string ToString() => User;

    private static RegistryCredentials? Read(JsonElement entry)
    {
        if (Text(entry, "username") is { Length: > 0 } user && Text(entry, "password") is { } password) return new(user, password);
        if (Text(entry, "auth") is not { Length: > 0 } auth) return null;
        var buffer = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, buffer, out var count)) throw new FormatException("its \"auth\" is not base64");
        var pair = Encoding.UTF8.GetString(buffer, 0, count);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? new(pair[..colon], pair[(colon + 1)..]) : throw new FormatException("its \"auth\" is not user:password");
    }

    private static string Place(string name)
    {
        var place = name;
        foreach (var scheme in new[] { "https://", "http://" })
        {
            if (place.StartsWith(scheme, StringComparison.Ordinal)) place = place[scheme.Length..];
        }

        place = place.TrimEnd('/');
        foreach (var version in new[] { "/v1", "/v2" })
        {
            if (place.EndsWith(version, StringComparison.Ordinal)) place = place[..^version.Length];
        }

        return place is "index.docker.io" or "registry-1.docker.io" ? "docker.io" : place;
    }

    private static bool IsAbove(string place, RegistryReference reference)
    {
        var whole = $"{reference.Host}/{reference.Repository}";
        return place == reference.Host || place == whole || whole.StartsWith(place + "/", StringComparison.Ordinal);
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
