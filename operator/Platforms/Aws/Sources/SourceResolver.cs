using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.SimpleSystemsManagement.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;

namespace ImageOperator.Platforms.Aws.Sources;

/// <summary>Finds the source AMI, and whether the result's name is still free: both before anything is made.</summary>
internal sealed class SourceResolver(PlatformContext context, AwsTarget target, AwsClients clients, AwsCalls calls)
{
    private readonly ImageQuery _images = new(clients, calls);
    private SourceImage? _found;
    private Image? _image;

    /// <summary>Finds the source; once, so that what was judged is what is built.</summary>
    public async Task<SourceImage> IdentifyAsync(CancellationToken cancellationToken)
    {
        if (_found is not null) return _found;
        var image = await FindAsync(cancellationToken).ConfigureAwait(false);
        if (image.State is { } state && state != ImageState.Available)
        {
            throw Unavailable($"the AMI {image.ImageId} is {state}, not available", "wait until it is available, or name another");
        }

        CheckBilling(image);
        _image = image;
        return _found = new SourceImage { Id = image.ImageId, Name = image.Name };
    }

    /// <summary>The source as AWS describes it.</summary>
    public async Task<Image> DescribeAsync(CancellationToken cancellationToken)
    {
        await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        return _image!;
    }

    public async Task<SourceImage> ResolveAsync(CancellationToken cancellationToken)
    {
        var source = await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        await CheckNameAsync(cancellationToken).ConfigureAwait(false);
        return source;
    }

    private async Task<Image> FindAsync(CancellationToken cancellationToken) => target.Source switch
    {
        { Id: { } id } => await ReadAsync(id, "source.id", cancellationToken).ConfigureAwait(false),
        { SsmParameter: { } parameter } => await ReadParameterAsync(parameter, cancellationToken).ConfigureAwait(false),
        { Newest: { } filter } => await ReadNewestAsync(filter, cancellationToken).ConfigureAwait(false),
        _ => throw new InvalidOperationException("the source names no AMI: the API refuses such a target"),
    };

    /// <summary>What is registered of snapshots has no billing: AWS would have such machines run without their licence.</summary>
    private void CheckBilling(Image image)
    {
        if (!Capture.SnapshotCapture.IsNeeded(target.Image) && target.Image.NameRule != AwsNameRule.Replace) return;
        var billed = image.PlatformDetails is { Length: > 0 } details && details != "Linux/UNIX" ? details : image.ProductCodes is { Count: > 0 } codes ? $"product {codes[0].ProductCodeId}" : null;
        if (billed is null) return;
        throw Unavailable(
            $"aws.image.bootMode, tpmSupport, uefiData and nameRule: Replace need an AMI that is registered of snapshots, and the source {image.ImageId} is billed as {billed}, which such an AMI would lose",
            "remove those fields: the AMI then boots as its source does, and its name must be free");
    }

    private async Task<Image> ReadAsync(string id, string field, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _images.ListAsync(clients.Region, new() { ImageIds = [id] }, Reasons.SourceUnavailable, cancellationToken).ConfigureAwait(false);
            return found.FirstOrDefault() ?? throw NotFound(null);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound && e.InnerException is not null)
        {
            throw NotFound(e);
        }

        PlatformException NotFound(Exception? e) => new(
            FailureKind.NotFound, Reasons.SourceUnavailable, $"aws.{field}: there is no AMI {id} in {clients.Region} that these credentials may use",
            "AMI IDs differ from region to region; an AMI of another account must be shared with this one", e);
    }

    private async Task<Image> ReadParameterAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await calls.RunAsync(
                AwsCall.Ssm("GetParameter", Reasons.SourceUnavailable),
                t => clients.Ssm().GetParameterAsync(new GetParameterRequest { Name = name }, t), cancellationToken).ConfigureAwait(false);
            var id = answer.Parameter.Value.Trim();
            return id.StartsWith("ami-", StringComparison.Ordinal)
                ? await ReadAsync(id, "source.ssmParameter", cancellationToken).ConfigureAwait(false)
                : throw Unavailable($"aws.source.ssmParameter: {name} holds no AMI's ID", "name a parameter whose value is an ID such as ami-0123456789abcdef0");
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound && e.InnerException is ParameterNotFoundException)
        {
            throw new PlatformException(
                FailureKind.NotFound, Reasons.SourceUnavailable, $"aws.source.ssmParameter: there is no parameter {name} in {clients.Region}", "check its name and region", e);
        }
    }

    private async Task<Image> ReadNewestAsync(AwsImageFilter filter, CancellationToken cancellationToken)
    {
        return await _images.NewestAsync(clients.Region, filter, Reasons.SourceUnavailable, cancellationToken).ConfigureAwait(false) ?? throw new PlatformException(
            FailureKind.NotFound, Reasons.SourceUnavailable,
            $"aws.source.newest: no AMI of {string.Join(", ", filter.Owners)} in {clients.Region} is named {filter.Name}{(filter.Architecture is null ? "" : " and of that architecture")}",
            "names are case-sensitive; * stands for any text");
    }

    /// <summary>In each place, copies' too: what has no name there would be found out when all else is done.</summary>
    private async Task CheckNameAsync(CancellationToken cancellationToken)
    {
        var names = new Capture.NameChoice(context, target.Image, new(clients, calls));
        foreach (var place in AwsPlace.All(target.Image, clients.Region))
        {
            if (names.MayReplace) await names.FindReplaceableAsync(place, cancellationToken).ConfigureAwait(false);
            else if (await names.FindOtherAsync(place, cancellationToken).ConfigureAwait(false) is { } other) throw NameTaken.By(other.ImageId, names.Final, place);
        }
    }

    private static PlatformException Unavailable(string message, string hint) => new(FailureKind.Terminal, Reasons.SourceUnavailable, message, hint);
}
