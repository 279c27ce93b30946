using System.Text.Json;
using Amazon.EC2;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Access;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Capture;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.Sources;
using ImageOperator.Platforms.Aws.Sweep;
using ImageOperator.Platforms.Aws.Tags;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws;

/// <summary>AMIs made of EC2 instances.</summary>
internal sealed class AwsPlatform : IPlatform
{
    private readonly PlatformContext _context;
    private readonly AwsClients _clients;
    private readonly AwsCalls _calls;
    private readonly SourceResolver _source;
    private readonly MachineLauncher _launcher;
    private readonly ImageCapture _capture;
    private readonly ImageDistribution _distribution;
    private readonly ResourceRemover _remover;
    private readonly StrayFinder _strays;
    private readonly ImageReader _images;
    private readonly AwsLookups _lookups;

    public AwsPlatform(PlatformContext context, AwsTarget target, AwsOptions options, Looks? looks = null)
    {
        _context = context;
        _clients = new AwsClients(AwsAccess.Of(options, target.Region, context.Platform), target.Image.AccountCopies, looks);
        _calls = new AwsCalls(context.Time, context.Observer);
        var tags = new BuildTags(context, target.Tags);
        var maker = new Maker(context.Ledger, context.Time);
        var images = _images = new ImageReader(_clients, _calls);
        _source = new SourceResolver(context, target, _clients, _calls);
        _lookups = new AwsLookups(_clients, _calls);
        var imageTags = new ImageTags(tags, target.Image);
        _launcher = new MachineLauncher(context, target, _clients, _calls, maker, tags.With(target.RunTags));
        var replacement = new ImageReplacement(context, target.Image, _clients, _calls, maker, tags.With(target.Image.Tags), images);
        _capture = new ImageCapture(context, target, _clients, _calls, maker, imageTags, images, replacement);
        _distribution = new ImageDistribution(context, target, _clients, _calls, maker, imageTags, images, replacement);
        _remover = new ResourceRemover(context, _clients, _calls, images, replacement, new ImageShare(context, target.Image, _clients, _calls, maker));
        _strays = new StrayFinder(context, target, _clients, _calls);
    }

    public Task<JsonElement> LookUpAsync(Lookup lookup, CancellationToken cancellationToken) => _lookups.FindAsync(lookup, cancellationToken);

    public Task<SourceImage> IdentifySourceAsync(CancellationToken cancellationToken) => _source.IdentifyAsync(cancellationToken);

    public Task<SourceImage> ResolveSourceAsync(CancellationToken cancellationToken) => _source.ResolveAsync(cancellationToken);

    public async Task<bool> ArtifactExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (artifact is not { Type: "ami", Location: { } region } || !_clients.Knows(region)) return false;
        return (await _images.ReadAsync(region, artifact.Id, justMade: false, cancellationToken).ConfigureAwait(false))?.State == ImageState.Available;
    }

    public async Task<IMachine> CreateMachineAsync(MachineRequest request, CancellationToken cancellationToken)
    {
        var image = request.Image is { } captured
            ? await _capture.DescribeAsync(captured.Id, cancellationToken).ConfigureAwait(false)
            : await _source.DescribeAsync(cancellationToken).ConfigureAwait(false);
        return await _launcher.LaunchAsync(request, image, cancellationToken).ConfigureAwait(false);
    }

    public Task<CapturedImage> CaptureAsync(IMachine machine, CancellationToken cancellationToken) => machine is Ec2Machine ours
        ? _capture.CaptureAsync(ours, cancellationToken)
        : throw new PlatformException(FailureKind.Terminal, Reasons.InternalError, $"a {machine.GetType().Name} is not an EC2 instance");

    public Task<CapturedImage?> ResumeCaptureAsync(CancellationToken cancellationToken) => _capture.ResumeAsync(cancellationToken);

    public Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken) =>
        _distribution.DistributeAsync(image, cancellationToken);

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => _remover.RemoveAsync(entry, cancellationToken);

    public Task<IReadOnlyList<LedgerEntry>> FindStraysAsync(CancellationToken cancellationToken) => _strays.FindAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (_calls.Summary is { } summary) _context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, summary));
        _clients.Dispose();
        return ValueTask.CompletedTask;
    }
}
