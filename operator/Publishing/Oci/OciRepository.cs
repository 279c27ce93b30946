using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Files;
using ImageOperator.Registries;

namespace ImageOperator.Publishing.Oci;

/// <summary>A tag of a repository: blobs first, which nobody sees without a manifest, then the manifest.</summary>
internal sealed class OciRepository(Place place, OciDestination oci) : IDestination
{
    private readonly string _key = place.Key("artifact");
    private RegistryClient? _client;
    private OciManifest? _manifest;

    public string Kind => "oci";

    public Place Place => place;

    private string Url => $"oci://{Reference.Host}/{Reference.Repository}";

    private RegistryReference Reference
    {
        get
        {
            try
            {
                var reference = RegistryReference.Parse(oci.Reference);
                return reference.Digest is null ? reference : throw new FormatException("it has a digest, which only the registry can give: write a tag");
            }
            catch (FormatException e)
            {
                throw PublishFailure.Failed($"{place.Field}.oci.reference", e.Message);
            }
        }
    }

    private OciCalls Calls => new(place, oci, Client);

    private RegistryClient Client => _client ??= Connect();

    public async Task UploadAsync(IReadOnlyList<PublishFile> files, CancellationToken cancellationToken)
    {
        _manifest = await OciManifest.OfAsync(place, oci, files, cancellationToken).ConfigureAwait(false);
        if (place.Ledger.Find(_key) is { } old && old.Properties?.GetValueOrDefault(OciProperties.Digest) != _manifest.Digest)
        {
            await RemoveAsync(old, cancellationToken).ConfigureAwait(false);
            await place.Ledger.ForgetAsync(_key, cancellationToken).ConfigureAwait(false);
        }

        if (place.Ledger.Find(_key) is null or { State: LedgerState.Removing })
        {
            var properties = new Dictionary<string, string> { [OciProperties.Digest] = _manifest.Digest };
            if (await Calls.FindDigestAsync(Reference.Tag!, cancellationToken).ConfigureAwait(false) is { } previous && previous != _manifest.Digest) properties[OciProperties.Previous] = previous;
            await place.Ledger.IntendAsync(new(_key, OciProperties.Type, $"{Url}:{Reference.Tag}", properties), cancellationToken).ConfigureAwait(false);
        }

        foreach (var (digest, content) in _manifest.Blobs) await new OciBlob(place, Calls, _key, digest, content).PushAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<Artifact>> ReleaseAsync(CancellationToken cancellationToken)
    {
        var manifest = _manifest!;
        if (await Calls.FindDigestAsync(Reference.Tag!, cancellationToken).ConfigureAwait(false) != manifest.Digest)
        {
            await Calls.PutManifestAsync(Reference.Tag!, manifest.Json, manifest.MediaType, cancellationToken).ConfigureAwait(false);
        }

        // The registry has taken each blob by its digest; that it serves them, and this manifest under the tag, is looked at.
        if (await Calls.FindDigestAsync(Reference.Tag!, cancellationToken).ConfigureAwait(false) is var found && found != manifest.Digest)
        {
            throw PublishFailure.Differs($"{place.Field}.oci", $"{Url}:{Reference.Tag}", manifest.Digest, found ?? "none");
        }

        foreach (var (digest, content) in manifest.Blobs)
        {
            if (await Calls.FindBlobAsync(digest, cancellationToken).ConfigureAwait(false) is var length && length != content.Length)
            {
                throw PublishFailure.Failed($"{place.Field}.oci", $"the registry has {length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} bytes of the blob {digest}, {content.Length} were sent");
            }
        }

        await place.Ledger.KeepAsync(_key, $"{Url}@{manifest.Digest}", cancellationToken).ConfigureAwait(false);
        return [place.Describe(manifest.Disk, Kind, $"{Url}@{manifest.Digest}", Reference.Tag)];
    }

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => new OciRemoval(Calls, entry, Reference.Tag!).RunAsync(cancellationToken);

    public async Task<bool> ExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (!artifact.Id.StartsWith(Url + "@", StringComparison.Ordinal)) return false;
        // The digest alone is not what was asked for: by the tag people find it.
        return await Calls.FindDigestAsync(Reference.Tag!, cancellationToken).ConfigureAwait(false) == artifact.Id[(Url.Length + 1)..];
    }

    public ValueTask DisposeAsync()
    {
        _client?.Dispose();
        return ValueTask.CompletedTask;
    }

    private RegistryClient Connect()
    {
        var secret = place.Secret();
        try
        {
            var credentials = default(RegistryCredentials);
            if (oci.SecretRef is not null)
            {
                var config = secret.GetValueOrDefault(RegistryCredentials.DockerConfigKey) ?? throw new FormatException($"it has no key {RegistryCredentials.DockerConfigKey}");
                credentials = RegistryCredentials.Find(config, Reference) ?? throw new FormatException($"its \"auths\" have no entry for {Reference.Host}");
            }

            return new(Reference, credentials, oci.Insecure, secret.GetValueOrDefault(Place.Authority), "pull,push", place.Around);
        }
        catch (FormatException e)
        {
            throw PublishFailure.Refused(
                $"{place.Field}.oci.secretRef", $"Secret {oci.SecretRef?.Name}: {e.Message}", $"make it with kubectl create secret docker-registry {oci.SecretRef?.Name} --docker-server={Reference.Host} …");
        }
    }
}
