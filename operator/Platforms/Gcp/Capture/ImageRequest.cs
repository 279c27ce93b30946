using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Capture;

/// <summary>Writes the request for an image. It has no family: it joins it when it has passed its tests.</summary>
internal static class ImageRequest
{
    public static GceImage Of(GcpImage settings, string name, string sourceDisk, IReadOnlyDictionary<string, string> labels) => new()
    {
        Name = name,
        Description = settings.Description,
        SourceDisk = sourceDisk,
        Labels = labels,
        StorageLocations = settings.StorageLocation is { } location ? [location] : null,
        ImageEncryptionKey = settings.KmsKeyName is { } key ? new(key) : null,
        // Those of the disk stay by themselves.
        GuestOsFeatures = settings.GuestOsFeatures.Count > 0 ? [.. settings.GuestOsFeatures.Select(f => new GceGuestOsFeature(f))] : null,
        Licenses = settings.Licenses.Count > 0 ? settings.Licenses : null,
        ShieldedInstanceInitialState = settings.UefiKeys is { } keys ? Keys(keys) : null,
    };

    private static GceInitialState Keys(GcpUefiKeys keys) => new()
    {
        Pk = keys.Pk is { } pk ? File(pk) : null,
        Keks = Files(keys.Keks),
        Dbs = Files(keys.Dbs),
        Dbxs = Files(keys.Dbxs),
    };

    private static IReadOnlyList<GceFileContent>? Files(IReadOnlyList<string> files) => files.Count > 0 ? [.. files.Select(File)] : null;

    // A certificate in DER form begins with a sequence of more than 255 bytes; lists begin with a GUID.
    private static GceFileContent File(string base64) => new(base64, base64.StartsWith("MII", StringComparison.Ordinal) ? "X509" : "BIN");
}
