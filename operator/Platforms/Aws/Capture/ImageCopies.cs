using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.Sources;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Copies an AMI to other regions, side by side.</summary>
internal sealed class ImageCopies(
    PlatformContext context, AwsTarget target, AwsClients clients, AwsCalls calls, Maker maker, ImageTags tags, ImageReader images)
{
    private const string Reason = Reasons.DistributionFailed;

    private readonly NameChoice _names = new(context, target.Image, images);

    public static string KeyOf(AwsImageCopy copy) => $"{ResourceTypes.ImageKey}/{copy.Region}";

    public Task<Image[]> MakeAsync(string source, CancellationToken cancellationToken) =>
        Task.WhenAll(target.Image.Copies.Select(copy => CopyAsync(copy, source, cancellationToken)));

    private async Task<Image> CopyAsync(AwsImageCopy copy, string source, CancellationToken cancellationToken)
    {
        var key = KeyOf(copy);
        var known = context.Ledger.Find(key);
        var id = known is { Id: { } made, State: LedgerState.Created } ? made : await AdoptAsync(copy, cancellationToken).ConfigureAwait(false) ?? await StartAsync(copy, source, known, cancellationToken).ConfigureAwait(false);
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"waiting for the AMI {id} in {copy.Region}"));
        return await images.WaitAsync(context.Time, copy.Region, id, Reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One of an earlier attempt that has taken another one's place: it was not removed with the rest.</summary>
    private async Task<string?> AdoptAsync(AwsImageCopy copy, CancellationToken cancellationToken)
    {
        if (await _names.FindPlacedAsync(copy.Region, cancellationToken).ConfigureAwait(false) is not { } placed) return null;
        await maker.IntendAsync(new(KeyOf(copy), ResourceTypes.Image, placed.ImageId, Location: copy.Region), cancellationToken).ConfigureAwait(false);
        return (await context.Ledger.ConfirmAsync(KeyOf(copy), placed.ImageId, null, cancellationToken).ConfigureAwait(false)).Id;
    }

    private async Task<string> StartAsync(AwsImageCopy copy, string source, LedgerEntry? known, CancellationToken cancellationToken)
    {
        // An earlier attempt's token: with it AWS returns that attempt's copy.
        var token = known?.Properties?.GetValueOrDefault(Properties.ClientToken) ?? Guid.NewGuid().ToString("n");
        var birth = Birth.Parse(known?.Properties?.GetValueOrDefault(Properties.Born)) ?? tags.Birth;
        var name = await _names.ChooseAsync(copy.Region, known, cancellationToken).ConfigureAwait(false);
        var request = new CopyImageRequest
        {
            SourceImageId = source,
            SourceRegion = clients.Region,
            Name = name,
            Description = target.Image.Description,
            Encrypted = copy.Encrypted ? true : null,
            KmsKeyId = copy.KmsKeyId,
            ClientToken = token,
            TagSpecifications = tags.Specifications(KeyOf(copy), name, birth),
        };
        var properties = new Dictionary<string, string> { [Properties.ClientToken] = token, [Properties.Name] = name, [Properties.Born] = birth.ToString() };
        var intent = new ResourceIntent(KeyOf(copy), ResourceTypes.Image, Properties: properties, Location: copy.Region);
        var entry = await maker.MakeAsync(intent, AwsCall.Ec2("CopyImage", Reason) with { OfWhatWasJustMade = true }, async call =>
        {
            try
            {
                return (await calls.RunAsync(call, t => clients.Ec2(copy.Region).CopyImageAsync(request, t), cancellationToken).ConfigureAwait(false)).ImageId;
            }
            catch (PlatformException e) when (AwsErrors.CodeOf(e.InnerException ?? e) == "InvalidAMIName.Duplicate")
            {
                throw NameTaken.By(null, name, copy.Region, e);
            }
        }, cancellationToken).ConfigureAwait(false);
        return entry.Id!;
    }
}
