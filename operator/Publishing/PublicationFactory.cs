using ImageOperator.Api.Publishing;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Ports;
using ImageOperator.Publishing.AzureBlob;
using ImageOperator.Publishing.Claims;
using ImageOperator.Publishing.Gcs;
using ImageOperator.Publishing.Http;
using ImageOperator.Publishing.Oci;
using ImageOperator.Publishing.S3;

namespace ImageOperator.Publishing;

/// <summary>Publishes disk images.</summary>
/// <param name="credentials">The keys of the Secret that an entry's <c>secretRef</c> names, by the entry's place in the list; null if there is none. Asked at each use.</param>
/// <param name="folder">Where a folder on a claim's volume stands in this process's file system, by the entry's place.</param>
/// <param name="around">What goes around the senders of requests; null for nothing.</param>
public sealed class PublicationFactory(
    Func<int, PublishEntry, IReadOnlyDictionary<string, string>?> credentials, Func<int, ClaimFile, string> folder, Func<HttpMessageHandler, HttpMessageHandler>? around = null)
    : IPublicationFactory
{
    /// <inheritdoc />
    public IPublication Create(PublicationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Publication(context, [.. context.Target.Publish.Select((entry, index) => Bind(context, entry, index))]);
    }

    private IDestination Bind(PublicationContext context, PublishEntry entry, int index)
    {
        var place = new Place(context, entry, index, () => credentials(index, entry), around ?? (handler => handler));
        return entry switch
        {
            { S3: { } s3 } => new S3Bucket(place, s3),
            { AzureBlob: { } azure } => new AzureContainer(place, azure),
            { Gcs: { } gcs } => new GcsBucket(place, gcs),
            { Oci: { } oci } => new OciRepository(place, oci),
            { Http: { } http } => new HttpFolder(place, http),
            { PersistentVolumeClaim: { } claim } => new ClaimFolder(place, claim, () => folder(index, claim)),
            _ => throw new InvalidOperationException($"{place.Field} names no destination: the API refuses such an entry"),
        };
    }
}
