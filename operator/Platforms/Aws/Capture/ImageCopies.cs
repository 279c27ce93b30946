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

/// <summary>Copies an AMI to other regions and accounts, side by side.</summary>
internal sealed class ImageCopies(
    PlatformContext context, AwsTarget target, AwsClients clients, AwsCalls calls, Maker maker, ImageTags tags, ImageReader images)
{
    private const string Reason = Reasons.DistributionFailed;

    private readonly NameOwner _owner = new(context, images);
    private readonly NameChoice _names = new(context, target.Image, images);

    private readonly ImageShare _share = new(context, target.Image, clients, calls, maker);

    public async Task<IReadOnlyList<PlacedImage>> MakeAsync(Image source, CancellationToken cancellationToken)
    {
        // The accounts one after the other: AWS takes one change of an AMI's permissions at a time.
        foreach (var account in target.Image.AccountCopies.Select(AwsPlace.AccountOf).Distinct())
        {
            await _share.OpenAsync(source, account, cancellationToken).ConfigureAwait(false);
        }

        Copy[] copies =
        [
            .. target.Image.Copies.Select(c => new Copy(c.Region, c.Encrypted, c.KmsKeyId)),
            .. target.Image.AccountCopies.Select(c => new Copy(AwsPlace.Of(c, clients.Region), c.Encrypted, c.KmsKeyId)),
        ];
        return await Task.WhenAll(copies.Select(async c => new PlacedImage(c.Region, KeyOf(c), await CopyAsync(c, source.ImageId, cancellationToken).ConfigureAwait(false)))).ConfigureAwait(false);
    }

    private static string KeyOf(Copy copy) => $"{ResourceTypes.ImageKey}/{copy.Region}";

    /// <summary>A copy to make; the region is a place.</summary>
    private sealed record Copy(string Region, bool Encrypted, string? KmsKeyId);

    private async Task<Image> CopyAsync(Copy copy, string source, CancellationToken cancellationToken)
    {
        var key = KeyOf(copy);
        var known = context.Ledger.Find(key);
        var id = known is { Id: { } made, State: LedgerState.Created } ? made : await AdoptAsync(copy, cancellationToken).ConfigureAwait(false) ?? await StartAsync(copy, source, known, cancellationToken).ConfigureAwait(false);
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"waiting for the AMI {id} in {copy.Region}"));
        return await images.WaitAsync(context.Time, copy.Region, id, Reason, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One of an earlier attempt that has taken another one's place: it was not removed with the rest.</summary>
    private async Task<string?> AdoptAsync(Copy copy, CancellationToken cancellationToken)
    {
        if (await _names.FindPlacedAsync(copy.Region, cancellationToken).ConfigureAwait(false) is not { } placed) return null;
        await maker.IntendAsync(new(KeyOf(copy), ResourceTypes.Image, placed.ImageId, Location: copy.Region), cancellationToken).ConfigureAwait(false);
        return (await context.Ledger.ConfirmAsync(KeyOf(copy), placed.ImageId, null, cancellationToken).ConfigureAwait(false)).Id;
    }

    private async Task<string> StartAsync(Copy copy, string source, LedgerEntry? known, CancellationToken cancellationToken)
    {
        // An earlier attempt's token: with it AWS returns that attempt's copy.
        var token = known?.Properties?.GetValueOrDefault(Properties.ClientToken) ?? NewToken();
        var birth = Birth.Parse(known?.Properties?.GetValueOrDefault(Properties.Born)) ?? tags.Birth;
        var name = await _names.ChooseAsync(copy.Region, known, cancellationToken).ConfigureAwait(false);
        try
        {
            return await StartAsync(copy, source, name, token, birth, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AwsErrors.IsNameTaken(e) && _names.MayEvade(name))
        {
            // Someone was faster: that AMI is the one to be replaced.
            return await StartAsync(copy, source, _names.Temporary, NewToken(), tags.Birth, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string NewToken() => Guid.NewGuid().ToString("n");

    private async Task<string> StartAsync(Copy copy, string source, string name, string token, Birth birth, CancellationToken cancellationToken)
    {
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
            catch (PlatformException e) when (AwsErrors.IsNameTaken(e))
            {
                // Not a copy of ours, for that would be the token's.
                throw NameTaken.By((await _owner.FindAsync(copy.Region, name, null, cancellationToken).ConfigureAwait(false))?.ImageId, name, copy.Region, e);
            }
        }, cancellationToken).ConfigureAwait(false);
        return entry.Id!;
    }
}
