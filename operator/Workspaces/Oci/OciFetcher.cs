using System.Net;
using System.Runtime.InteropServices;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Failures;
using ImageOperator.Registries;
using ImageOperator.Workspaces.Archives;

namespace ImageOperator.Workspaces.Oci;

/// <summary>The layers of an artifact of a registry: archives are unpacked, titled layers (ORAS) are files.</summary>
internal sealed class OciFetcher : IEntryFetcher
{
    private const string Title = "org.opencontainers.image.title";
    private const string UnpackTitle = "io.deis.oras.content.unpack";
    private const int MostLayers = 512;
    private const UnixFileMode Plain = (UnixFileMode)0b110_100_100;

    public string Kind => "oci";

    public bool Supports(WorkspaceSource source) => source.Oci is not null;

    public async Task<WorkspaceStatus> ResolveAsync(Entry entry, CancellationToken cancellationToken)
    {
        var reference = Reference(entry);
        var digest = reference.Digest;
        if (digest is null)
        {
            using var client = Client(entry, reference);
            digest = (await GetAsync(entry, client, reference.Tag!, cancellationToken).ConfigureAwait(false)).Digest;
        }

        return new()
        {
            Path = entry.Source.Path,
            Url = $"oci://{reference.Host}/{reference.Repository}",
            Revision = reference.Tag is { } tag ? $"{tag}@{digest}" : digest,
            Digest = digest,
        };
    }

    public async Task FetchAsync(Entry entry, WorkspaceStatus pin, string folder, CancellationToken cancellationToken)
    {
        var reference = Reference(entry);
        using var client = Client(entry, reference);
        var manifest = await GetAsync(entry, client, pin.Digest, cancellationToken).ConfigureAwait(false);
        if (manifest.Manifests.Count > 0) manifest = await GetAsync(entry, client, OwnOf(entry, manifest).Digest, cancellationToken).ConfigureAwait(false);
        if (manifest.Layers.Count is 0 or > MostLayers) throw WorkspaceFailure.Unavailable($"{entry.Field}.reference", $"{reference} has {manifest.Layers.Count} layers", "name an artifact with at least one layer");
        var writer = new TreeWriter(folder, entry.Source.Oci!.SubPath, entry.Field, TreeLimits.Default);
        foreach (var layer in manifest.Layers)
        {
            using var blob = await BlobCache.GetAsync(entry, client.Http, client.BlobUrl(layer.Digest), layer.Digest, $"{entry.Field}.reference", cancellationToken).ConfigureAwait(false);
            await AddAsync(entry, layer, blob.Path, writer, cancellationToken).ConfigureAwait(false);
        }

        writer.Complete();
    }

    private static async Task AddAsync(Entry entry, RegistryDescriptor layer, string blob, TreeWriter writer, CancellationToken cancellationToken)
    {
        var title = layer.Annotations?.GetValueOrDefault(Title);
        var packed = title is null ? MediaTypes.IsArchive(layer.MediaType) : layer.Annotations!.GetValueOrDefault(UnpackTitle) == "true";
        if (packed) await Unpacker.UnpackAsync(blob, writer, entry.Field, cancellationToken).ConfigureAwait(false);
        else if (title is not null)
        {
            var content = new FileStream(blob, FileMode.Open, FileAccess.Read);
            await using (content.ConfigureAwait(false)) await writer.AddFileAsync(title, content, Plain, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            throw WorkspaceFailure.Unavailable(
                $"{entry.Field}.reference", $"the layer {layer.Digest} is of type \"{layer.MediaType}\"", "layers must be tar archives (plain or gzip), or files with a title, as `oras push` and `flux push artifact` make them");
        }
    }

    private static RegistryDescriptor OwnOf(Entry entry, RegistryManifest index)
    {
        var architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        return index.Manifests.FirstOrDefault(m => m.Platform is null or { Os: "linux" } && (m.Platform?.Architecture ?? architecture) == architecture)
            ?? throw WorkspaceFailure.Unavailable($"{entry.Field}.reference", $"the index {index.Digest} has no manifest for linux/{architecture}", "name the digest of one of its manifests");
    }

    private static RegistryReference Reference(Entry entry)
    {
        try
        {
            return RegistryReference.Parse(entry.Source.Oci!.Reference);
        }
        catch (FormatException e)
        {
            throw WorkspaceFailure.Unavailable($"{entry.Field}.reference", e.Message);
        }
    }

    private static RegistryClient Client(Entry entry, RegistryReference reference)
    {
        try
        {
            var credentials = default(RegistryCredentials);
            if (entry.Source.Oci!.SecretRef is not null)
            {
                var config = entry.Secret.GetValueOrDefault(RegistryCredentials.DockerConfigKey) ?? throw new FormatException($"it has no key {RegistryCredentials.DockerConfigKey}");
                credentials = RegistryCredentials.Find(config, reference) ?? throw new FormatException($"its \"auths\" have no entry for {reference.Host}");
            }

            return new(reference, credentials, entry.Source.Oci.Insecure, entry.Secret.GetValueOrDefault(SecretKeys.Authority));
        }
        catch (FormatException e)
        {
            throw WorkspaceFailure.Refused(
                $"{entry.Field}.secretRef", $"Secret {entry.SecretName}: {e.Message}", $"make it with kubectl create secret docker-registry {entry.SecretName} --docker-server={reference.Host} …");
        }
    }

    private static async Task<RegistryManifest> GetAsync(Entry entry, RegistryClient client, string tagOrDigest, CancellationToken cancellationToken)
    {
        var field = $"{entry.Field}.reference";
        try
        {
            return await client.GetManifestAsync(tagOrDigest, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e) when (e.IsRefused)
        {
            throw WorkspaceFailure.Refused(field, e.Message, entry.Source.Oci!.SecretRef is null ? "set secretRef to a Secret with the registry's credentials" : $"check the credentials in Secret {entry.SecretName}, and that they may pull", e);
        }
        catch (RegistryException e) when (e.Status == HttpStatusCode.NotFound)
        {
            throw WorkspaceFailure.Unavailable(field, e.Message, "correct the tag or the digest; registries also say so to those who must not see it", e);
        }
        catch (RegistryException e)
        {
            throw new PlatformException(e.IsTransient ? FailureKind.Retryable : FailureKind.Terminal, Api.Conditions.Reasons.WorkspaceUnavailable, $"{field}: {e.Message}", "check the reference, and that the builder may reach the registry", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw WorkspaceFailure.Unreachable(field, $"the registry cannot be reached: {e.InnerException?.Message ?? e.Message}", "check the reference, that the builder may reach the registry, and whether it speaks TLS (else set insecure) with a certificate that is trusted (else put ca.crt into the Secret)", e);
        }
    }
}
