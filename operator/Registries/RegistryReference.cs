using System.Text.RegularExpressions;

namespace ImageOperator.Registries;

/// <summary>An artifact's place: <c>host/repository:tag</c> or <c>host/repository@digest</c>.</summary>
/// <param name="Host">The registry, with its port if it has one.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Tag">The tag; null if there is a digest.</param>
/// <param name="Digest">The digest; null if there is a tag.</param>
public sealed partial record RegistryReference(string Host, string Repository, string? Tag, string? Digest)
{
    private const string DockerHub = "docker.io";

    /// <summary>What manifests are asked for by.</summary>
    public string TagOrDigest => Digest ?? Tag!;

    /// <summary>The host that answers: Docker Hub's name is not its server's.</summary>
    public string Server => Host == DockerHub ? "registry-1.docker.io" : Host;

    /// <exception cref="FormatException">The text is none.</exception>
    public static RegistryReference Parse(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
        {
            throw new FormatException($"\"{text}\" is not an artifact's reference: write for example registry.example.com/team/files:v1, or …@sha256:…");
        }

        var host = match.Groups["host"].Value;
        var repository = match.Groups["repository"].Value;
        if (host == DockerHub && !repository.Contains('/', StringComparison.Ordinal)) repository = "library/" + repository;
        var digest = match.Groups["digest"] is { Success: true } d ? d.Value : null;
        return new(host, repository, digest is not null ? null : match.Groups["tag"] is { Success: true } t ? t.Value : "latest", digest);
    }

    /// <inheritdoc />
    public override string ToString() => Digest is null ? $"{Host}/{Repository}:{Tag}" : $"{Host}/{Repository}@{Digest}";

    [GeneratedRegex(@"^(?<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?)/(?<repository>[a-z0-9]+([._/-]+[a-z0-9]+)*)(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}))?$")]
    private static partial Regex Form();
}
