using Azure.Core;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Access;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Capture;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Machines;
using ImageOperator.Platforms.Azure.Sources;
using ImageOperator.Platforms.Azure.Sweep;
using ImageOperator.Platforms.Azure.Tags;

namespace ImageOperator.Platforms.Azure;

/// <summary>Images made of Azure's virtual machines.</summary>
internal sealed class AzurePlatform : IPlatform
{
    private readonly PlatformContext _context;
    private readonly AzureTarget _target;
    private readonly AzureClients _clients;
    private readonly AzureCalls _calls;
    private readonly GenericResources _resources;
    private readonly SourceResolver _source;
    private readonly MachineLauncher _launcher;
    private readonly ImageCapture _capture;
    private readonly DataDisks _dataDisks;
    private readonly VhdBlobs _vhds;
    private readonly ImageDistribution _distribution;
    private readonly ResourceRemover _remover;
    private readonly StrayFinder _strays;

    public AzurePlatform(PlatformContext context, AzureTarget target, AzureOptions options)
    {
        (_context, _target) = (context, target);
        _clients = new AzureClients(AzureAccess.Of(options, target.Location, context.Platform));
        _calls = new AzureCalls(context.Time, context.Observer);
        _clients.Remaining = _calls.Pace;
        var operations = new Operations(context.Time, _clients, _calls);
        _resources = new GenericResources(_clients, _calls, operations);
        var tags = new BuildTags(context, target.Tags);
        var results = tags.With(target.Image.Tags);
        var maker = new Maker(context.Ledger, context.Time);
        var machines = new MachineReader(_clients, _calls, operations, _resources);
        var blobs = new BlobStore(_clients, _calls);
        var outputs = new Outputs(context, target, _clients, _calls, _resources, blobs);
        _source = new SourceResolver(context, target, _clients, _calls, _resources, blobs, outputs);
        _launcher = new MachineLauncher(context, target, _clients, _calls, operations, _resources, maker, tags.With(target.RunTags), machines);
        _dataDisks = new DataDisks(target);
        var snapshots = new SnapshotCapture(context, target, _resources, maker, results, machines, outputs, _dataDisks);
        var managed = new ManagedImages(context, target, _resources, maker, results, outputs, _dataDisks);
        var versions = new GalleryVersions(context, target, _resources, maker, results, outputs, new ReplicationReader(context, _clients, _calls), _dataDisks);
        _capture = new ImageCapture(context, target, snapshots, managed, versions, _source);
        var access = new SnapshotAccess(context, _clients, _calls, operations, maker);
        _vhds = new VhdBlobs(context, blobs, access, maker, outputs);
        _distribution = new ImageDistribution(context, target, _resources, managed, versions, _vhds, _dataDisks);
        _remover = new ResourceRemover(context, target, _clients, _calls, operations, _resources, machines, access, _vhds);
        _strays = new StrayFinder(context, new MarkedThings(_clients, _calls, _resources));
    }

    public Task<SourceImage> IdentifySourceAsync(CancellationToken cancellationToken) => _source.IdentifyAsync(cancellationToken);

    public Task<SourceImage> ResolveSourceAsync(CancellationToken cancellationToken) => _source.ResolveAsync(cancellationToken);

    public async Task<bool> ArtifactExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (artifact.Type == VhdBlobs.ArtifactType) return await _vhds.ExistsAsync(artifact, cancellationToken).ConfigureAwait(false);
        if (!ResourceIdentifier.TryParse(artifact.Id, out var id) || ResourceKind.Of(id!.ResourceType) is not { } kind) return false;
        return (await _resources.ReadAsync(kind.Read(Reasons.SourceUnavailable), id, cancellationToken).ConfigureAwait(false))?.State == "Succeeded";
    }

    public async Task<IMachine> CreateMachineAsync(MachineRequest request, CancellationToken cancellationToken)
    {
        // A captured image stands by itself: its source may be gone by now.
        var image = request.Image is { } captured
            ? await OfAsync(captured, ImagePlan.Of(_context.Ledger.Find(captured.LedgerKey)), cancellationToken).ConfigureAwait(false)
            : await _source.ImageAsync(cancellationToken).ConfigureAwait(false);
        return await _launcher.LaunchAsync(request, image, cancellationToken).ConfigureAwait(false);
    }

    public Task<CapturedImage> CaptureAsync(IMachine machine, CancellationToken cancellationToken) => machine is AzureMachine ours
        ? _capture.CaptureAsync(ours, cancellationToken)
        : throw new PlatformException(FailureKind.Terminal, Reasons.InternalError, $"a {machine.GetType().Name} is not a virtual machine of Azure");

    public Task<CapturedImage?> ResumeCaptureAsync(CancellationToken cancellationToken) => _capture.ResumeAsync(cancellationToken);

    public bool DistributesByItself => true;

    public Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken) => _distribution.DistributeAsync(image, cancellationToken);

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => _remover.RemoveAsync(entry, cancellationToken);

    public Task<IReadOnlyList<LedgerEntry>> FindStraysAsync(CancellationToken cancellationToken) => _strays.FindAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (_calls.Summary is { } summary) _context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, summary));
        _clients.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What a test machine is made of: a result, or, where only the snapshot is one, an image of it for the time of the test.</summary>
    private async Task<MachineImage> OfAsync(CapturedImage captured, ImagePlan? plan, CancellationToken cancellationToken)
    {
        var id = new ResourceIdentifier(captured.Id);
        if (ResourceKind.Of(id.ResourceType) != ResourceKind.Snapshot) return new() { Id = id, Plan = plan };
        var snapshot = await _resources.ReadAsync(ResourceKind.Snapshot.Read(Reasons.MachineFailed), id, cancellationToken).ConfigureAwait(false);
        var disk = new System.Text.Json.Nodes.JsonObject { ["snapshot"] = new System.Text.Json.Nodes.JsonObject { ["id"] = captured.Id } };
        if (_target.OsDisk?.DiskEncryptionSetId is { } set) disk["diskEncryptionSet"] = new System.Text.Json.Nodes.JsonObject { ["id"] = set };
        return new() { OsDisk = disk, DataDisks = _dataDisks.OfImage(id), Plan = plan, HyperVGeneration = snapshot?.Text("hyperVGeneration") };
    }
}
