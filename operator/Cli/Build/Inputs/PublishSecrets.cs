using ImageOperator.Api.Publishing;
using ImageOperator.Api.Targets;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Manifests;
using ImageOperator.Publishing;
using ImageOperator.Workspaces;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>The Secrets that are published with, from the manifests.</summary>
internal sealed class PublishSecrets
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _secrets;

    private PublishSecrets(Dictionary<string, IReadOnlyDictionary<string, string>> secrets) => _secrets = secrets;

    /// <summary>There are none: what is removed must be removable without.</summary>
    public static PublishSecrets None { get; } = new([]);

    /// <summary>What must not be shown.</summary>
    public IEnumerable<string> Values => _secrets.Values.SelectMany(s => s).SelectMany(s => CredentialSecrets.Of(s.Key, s.Value));

    /// <exception cref="UsageException">A Secret is not in the files.</exception>
    public static PublishSecrets Of(IEnumerable<Target> targets, IReadOnlyList<ManifestDocument> documents)
    {
        var secrets = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            foreach (var name in target.Publish.Select(e => e.CredentialsRef()?.Name).OfType<string>())
            {
                var document = documents.FirstOrDefault(d => d.Is("Secret", name))
                    ?? throw new UsageException($"target \"{target.Name}\" is published with Secret \"{name}\": add its file with -f");
                secrets[name] = ManifestData.Texts(document);
            }
        }

        return new(secrets);
    }

    public PublicationFactory Publications() => new(
        (_, entry) => Find(entry), (_, claim) => throw new UsageException($"there is no PersistentVolumeClaim \"{claim.ClaimName}\" without a cluster"));

    private IReadOnlyDictionary<string, string>? Find(PublishEntry entry) => entry.CredentialsRef() is { } reference ? _secrets.GetValueOrDefault(reference.Name) : null;
}
