using ImageOperator.Api.ImageTemplates;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Manifests;
using ImageOperator.Workspaces;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>Makes the workspace's files of the ConfigMaps and Secrets in the manifests, as mounts do in a pod.</summary>
internal sealed class Workspace(IReadOnlyList<WorkspaceSource> sources, IReadOnlyList<ManifestDocument> documents)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="UsageException">A ConfigMap or Secret, or a key of it, is not in the files; or an entry needs a cluster.</exception>
    public void Check()
    {
        foreach (var source in sources)
        {
            if (source.ConfigMap is { } map) _ = Keys("ConfigMap", map.Name, map.Items).Count;
            if (source.Secret is { } secret) _ = Keys("Secret", secret.Name, secret.Items).Count;
            if (source.CredentialsRef() is { } credentials) _ = Find("Secret", credentials.Name);
            if (source.PersistentVolumeClaim is { } claim) throw new UsageException($"workspace \"{source.Path}\" is on PersistentVolumeClaim \"{claim.ClaimName}\", and there are no claims without a cluster: give a folder with --workspace");
            if (source.Flux is { } flux) throw new UsageException($"workspace \"{source.Path}\" comes from {flux.Kind} \"{flux.Name}\", which Flux has in a cluster only: give a folder with --workspace");
        }
    }

    /// <summary>Writes what a pod would mount.</summary>
    public void WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var source in sources)
        {
            var (kind, name, items) = source switch
            {
                { ConfigMap: { } map } => ("ConfigMap", map.Name, map.Items),
                { Secret: { } secret } => ("Secret", secret.Name, secret.Items),
                _ => ("", "", []),
            };
            if (kind.Length == 0) continue;
            Directory.CreateDirectory(Path.Combine(folder, source.Path));
            foreach (var (path, content) in Keys(kind, name, items))
            {
                var file = Path.Combine(folder, source.Path, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, content);
                if (kind == "Secret" && !OperatingSystem.IsWindows()) File.SetUnixFileMode(file, OwnerOnly);
            }
        }
    }

    /// <summary>The credentials that an entry is fetched with.</summary>
    public IReadOnlyDictionary<string, string>? Credentials(WorkspaceSource source) =>
        source.CredentialsRef() is { } reference ? ManifestData.Texts(Find("Secret", reference.Name)) : null;

    /// <summary>What must never be shown.</summary>
    public IEnumerable<string> Secrets() => sources.SelectMany(s => new[] { s.Secret?.Name, s.CredentialsRef()?.Name }).OfType<string>().Distinct()
        .SelectMany(name => documents.Where(d => d.Is("Secret", name)).SelectMany(ManifestData.Texts))
        .SelectMany(s => CredentialSecrets.Of(s.Key, s.Value));

    private ManifestDocument Find(string kind, string name) => documents.FirstOrDefault(d => d.Is(kind, name))
        ?? throw new UsageException($"the workspace needs {kind} \"{name}\": add its file with -f, or give a folder with --workspace");

    private List<(string Path, byte[] Content)> Keys(string kind, string name, IReadOnlyList<KeyToPath> items)
    {
        var data = ManifestData.Bytes(Find(kind, name));
        if (items.Count == 0) return [.. data.Select(d => (d.Key, d.Value))];
        return [.. items.Select(i => data.TryGetValue(i.Key, out var content) ? (i.Path, content) : throw new UsageException($"{kind} \"{name}\" has no key \"{i.Key}\""))];
    }
}
