using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;

namespace ImageOperator.Platforms.Gcp.Export;

/// <summary>Looks at objects that images were exported to, and removes them. Whose they are stands in their metadata, from birth.</summary>
internal sealed class ExportedObjects(StorageRest storage, GcpCalls calls)
{
    /// <summary>The number of the image that an object was made of.</summary>
    private const string Image = "imageoperator-image";

    private const string Reason = Reasons.DistributionFailed;

    /// <returns>Null if there is none.</returns>
    public async Task<StorageObject?> ReadAsync(StorageLink link, string reason, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.RunAsync("storage.objects.get", reason, t => storage.GetObjectAsync(link, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>Removes what was seen, and nothing that was written since.</summary>
    public async Task RemoveAsync(StorageLink link, StorageObject seen, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync("storage.objects.delete", Reason, async t =>
            {
                await storage.DeleteObjectAsync(link, seen.Generation!, t).ConfigureAwait(false);
                return true;
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound || GcpErrors.IsOutdated(e))
        {
            // It is gone, or is another one.
        }
    }

    public static IReadOnlyDictionary<string, string> Marks(BuildIdentity identity, GceImage image) => new Dictionary<string, string>
    {
        [BuildLabels.BuildUid] = identity.Uid,
        [BuildLabels.Target] = identity.Target,
        [Image] = image.Id ?? "",
    };

    public static bool AreOurs(StorageObject? found, BuildIdentity identity) => BuildLabels.AreOurs(found?.Metadata, identity);

    public static bool IsOf(StorageObject found, GceImage image) => BuildLabels.Value(found.Metadata, Image) == (image.Id ?? "");

    public static string? DigestOf(StorageObject found) => found.Md5Hash is { } md5 ? $"md5:{Convert.ToHexStringLower(Convert.FromBase64String(md5))}" : null;

    public static PlatformException Taken(StorageLink link) => new(
        FailureKind.Terminal, Reason, $"gcp.export.storage: there is an object {link} already, which is not of this build", "put $(build.name) into gcp.export.storage, or remove the object: none is ever replaced");
}
