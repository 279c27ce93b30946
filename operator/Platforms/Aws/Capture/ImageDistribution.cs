using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Copies the AMI, sets up each copy, and last tells where it is. All of it may be done again.</summary>
internal sealed class ImageDistribution
{
    private readonly PlatformContext _context;
    private readonly AwsTarget _target;
    private readonly AwsClients _clients;
    private readonly ImageReader _images;
    private readonly ImageReplacement _replacement;
    private readonly ImageCopies _copies;
    private readonly ImageSettings _settings;
    private readonly KeyGrants _grants;
    private readonly ParameterOutput _parameter;
    private readonly LaunchTemplateOutput _template;

    public ImageDistribution(PlatformContext context, AwsTarget target, AwsClients clients, AwsCalls calls, Maker maker, ImageTags tags, ImageReader images, ImageReplacement replacement)
    {
        (_context, _target, _clients, _images, _replacement) = (context, target, clients, images, replacement);
        _copies = new ImageCopies(context, target, clients, calls, maker, tags, images);
        _settings = new ImageSettings(context, target.Image, clients, calls);
        _grants = new KeyGrants(context, target.Image.ShareWith, clients, calls, maker);
        _parameter = new ParameterOutput(context, clients, calls, maker);
        _template = new LaunchTemplateOutput(context, clients, calls, maker);
    }

    public async Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken)
    {
        var captured = await _images.ReadAsync(_clients.Region, image.Id, justMade: false, cancellationToken).ConfigureAwait(false)
            ?? throw new PlatformException(FailureKind.Terminal, Reasons.DistributionFailed, $"the captured AMI {image.Id} is gone", "was it deregistered by someone else?");
        var copies = await _copies.MakeAsync(captured, cancellationToken).ConfigureAwait(false);
        List<PlacedImage> made = [new(_clients.Region, image.LedgerKey, captured), .. copies];
        // One after the other, in the same order in all builds: of two that want a name at once one has it everywhere.
        var placed = new List<PlacedImage>();
        foreach (var p in made) placed.Add(await _replacement.ReplaceAsync(p, cancellationToken).ConfigureAwait(false));
        // Before it is shared: who sees it can use it.
        foreach (var p in placed) await _grants.GiveAsync(p, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(placed.Select(p => _settings.ApplyAsync(p, cancellationToken))).ConfigureAwait(false);
        if (_target.Image.SsmParameter is { } parameter)
        {
            foreach (var p in placed.Where(p => p.IsOurs)) await _parameter.WriteAsync(parameter, p, cancellationToken).ConfigureAwait(false);
        }

        if (_target.Image.LaunchTemplate is { } template) await _template.WriteAsync(template, placed[0], cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(placed.Select(p => _settings.MarkKeptAsync(p, cancellationToken))).ConfigureAwait(false);
        foreach (var p in placed) await _context.Ledger.KeepAsync(p.LedgerKey, p.Id, cancellationToken).ConfigureAwait(false);
        return [.. placed.Select(p => new Artifact { Target = _context.Identity.Target, Type = "ami", Id = p.Id, Location = p.Region })];
    }
}

/// <summary>An AMI in a region, or in one of another account.</summary>
internal sealed record PlacedImage(string Region, string LedgerKey, Image Image)
{
    public string Id => Image.ImageId;

    /// <summary>It belongs to the builder's own account.</summary>
    public bool IsOurs => AwsPlace.Parse(Region).Account is null;
}
