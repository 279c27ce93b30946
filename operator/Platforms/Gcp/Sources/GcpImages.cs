using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Waiting;

namespace ImageOperator.Platforms.Gcp.Sources;

/// <summary>Looks at images, and waits for them.</summary>
internal sealed class GcpImages(ICompute compute, GcpCalls calls)
{
    private readonly Operations _operations = new(compute, calls);

    /// <returns>Null if there is none.</returns>
    public async Task<GceImage?> ReadAsync(GcpLink image, bool justMade, string reason, CancellationToken cancellationToken)
    {
        try
        {
            var call = new GcpCall("compute.images.get", reason) { OfWhatWasJustMade = justMade };
            return await calls.RunAsync(call, t => compute.GetImageAsync(image, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <returns>Null if the family has no image that is not deprecated.</returns>
    public async Task<GceImage?> ReadFamilyAsync(string project, string family, string reason, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.RunAsync("compute.images.getFromFamily", reason, t => compute.GetImageFromFamilyAsync(project, family, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<GceImage>> ListAsync(string project, string filter, string reason, CancellationToken cancellationToken)
    {
        var (images, page) = (new List<GceImage>(), (string?)null);
        do
        {
            var from = page;
            var answer = await calls.RunAsync("compute.images.list", reason, t => compute.ListImagesAsync(project, filter, from, t), cancellationToken).ConfigureAwait(false);
            images.AddRange(answer.Items ?? []);
            page = answer.NextPageToken;
        }
        while (page is { Length: > 0 });
        return images;
    }

    /// <summary>Waits until the cloud has made the image, however long that takes: what is in the making is never thrown away.</summary>
    /// <param name="image">The image.</param>
    /// <param name="operation">The name of the operation that makes it, where it is known: it knows why an image fails.</param>
    /// <param name="reason">The reason of a failure.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<GceImage> WaitAsync(GcpLink image, string? operation, string reason, CancellationToken cancellationToken)
    {
        var call = new GcpCall("compute.images.insert", reason);
        return Waits.Image.PollAsync(calls.Time, async () =>
        {
            if (operation is not null)
            {
                var done = await _operations.ReadAsync(call, image.Project, null, operation, justMade: true, cancellationToken).ConfigureAwait(false);
                if (done is not null && GcpException.Of(done) is { } error) throw GcpErrors.Translate(call.Method, reason, error);
                if (done is not null && done.Status != "DONE") return null;
                operation = null;
            }

            var found = await ReadAsync(image, justMade: true, reason, cancellationToken).ConfigureAwait(false);
            return found?.Status switch
            {
                "READY" => found,
                "PENDING" => null,
                null => throw Failed("is not found any more", "was it deleted by someone else?"),
                var other => throw Failed($"is {other}", "see the operations of the project in the console; a disabled Cloud KMS key is a frequent cause"),
            };
        }, cancellationToken);

        PlatformException Failed(string what, string hint) => new(FailureKind.Terminal, reason, $"the image {image} {what}", hint);
    }

    /// <summary>Tells it from another image of the same name.</summary>
    public static string? DigestOf(GceImage image) => image.Id is { } id ? $"gce-image:{id}" : null;

    /// <summary>The failure of a name that another image has.</summary>
    public static PlatformException NameTaken(GcpLink image, Exception? inner = null) => new(
        FailureKind.Terminal, Reasons.CaptureFailed, $"gcp.image.name: {image.Project} has another image of the name {image.Name} already",
        "put $(build.name) into gcp.image.name, set gcp.image.nameRule: Suffix, or delete the other image", inner);

    public static bool AreOurs(GceImage? image, BuildIdentity identity) => BuildLabels.AreOurs(image?.Labels, identity);
}
