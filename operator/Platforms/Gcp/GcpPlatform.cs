using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Capture;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Export;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Logins;
using ImageOperator.Platforms.Gcp.Machines;
using ImageOperator.Platforms.Gcp.Sources;
using ImageOperator.Platforms.Gcp.Sweep;

namespace ImageOperator.Platforms.Gcp;

/// <summary>Images of Google Cloud, made of Compute Engine instances.</summary>
internal sealed class GcpPlatform : IPlatform
{
    private readonly PlatformContext _context;
    private readonly GcpTarget _target;
    private readonly ComputeRest _compute;
    private readonly StorageRest _storage;
    private readonly OsLoginRest _osLogin;
    private readonly GcpCalls _calls;
    private readonly GcpImages _images;
    private readonly ExportedObjects _objects;
    private readonly SourceResolver _source;
    private readonly SourceImport _import;
    private readonly MachineLauncher _launcher;
    private readonly ImageCapture _capture;
    private readonly ImageDistribution _distribution;
    private readonly ResourceRemover _remover;
    private readonly GcpAccess _access;

    public GcpPlatform(PlatformContext context, GcpTarget target, GcpOptions options)
    {
        (_context, _target) = (context, target);
        _access = new GcpAccess(options, target.Project, context.Platform);
        _compute = new ComputeRest(_access);
        _storage = new StorageRest(_access);
        _calls = new GcpCalls(context.Time, context.Observer);
        var labels = new BuildLabels(context, target.Labels);
        var run = labels.With(target.RunLabels);
        var maker = new Maker(context.Ledger, _calls);
        _images = new GcpImages(_compute, _calls);
        _objects = new ExportedObjects(_storage, _calls);
        _import = new SourceImport(context, target, _access, _compute, maker, _images, run);
        var older = new OlderImages(context, target.Image, _compute, _calls, maker, _images);
        _osLogin = new OsLoginRest(_access);
        var logins = new LoginKeys(context, _access, _osLogin, _calls, maker);
        _remover = new ResourceRemover(context, _compute, _calls, _images, _objects, logins, older);
        var export = target.Export is { } wanted
            ? new ImageExport(context, wanted, maker, _objects, new(context, target, _access, _compute, _calls, maker, _remover, new(context, target, _access, run)))
            : null;
        _source = new SourceResolver(context, target, _access, _images, _objects, export);
        _launcher = new MachineLauncher(context, target, _access, _compute, _calls, maker, run, logins, _remover);
        _capture = new ImageCapture(context, target, _access, _compute, _calls, maker, _images, labels, _remover);
        _distribution = new ImageDistribution(context, target, _images, new ImageSettings(context, target.Image, _compute, _calls, _images), export, older);
    }

    public Task<SourceImage> IdentifySourceAsync(CancellationToken cancellationToken) => _source.IdentifyAsync(cancellationToken);

    public Task<SourceImage> ResolveSourceAsync(CancellationToken cancellationToken) => _source.ResolveAsync(cancellationToken);

    public async Task<bool> ArtifactExistsAsync(Artifact artifact, CancellationToken cancellationToken)
    {
        if (artifact is { Type: ImageExport.ArtifactType })
        {
            var found = await _objects.ReadAsync(StorageLink.Parse(artifact.Id), Reasons.SourceUnavailable, cancellationToken).ConfigureAwait(false);
            return found is not null && (artifact.Checksum is null || artifact.Checksum == ExportedObjects.DigestOf(found));
        }

        if (artifact is not { Type: "gce-image" } || GcpLink.Find(artifact.Id) is not { } link) return false;
        var image = await _images.ReadAsync(link, justMade: false, Reasons.SourceUnavailable, cancellationToken).ConfigureAwait(false);
        return image is { Status: "READY" } && image.Deprecated?.State is not ("OBSOLETE" or "DELETED")
            // A name may be used again, for another image.
            && (artifact.Checksum is null || artifact.Checksum == GcpImages.DigestOf(image));
    }

    public async Task<IMachine> CreateMachineAsync(MachineRequest request, CancellationToken cancellationToken)
    {
        var image = request.Image?.Id
            ?? (_target.Source.Storage is { } url ? await _import.MakeAsync(url, cancellationToken).ConfigureAwait(false)
                : (await _source.IdentifyAsync(cancellationToken).ConfigureAwait(false)).Id);
        return await _launcher.LaunchAsync(request, image, cancellationToken).ConfigureAwait(false);
    }

    public Task<CapturedImage> CaptureAsync(IMachine machine, CancellationToken cancellationToken) => machine is GceMachine ours
        ? _capture.CaptureAsync(ours, cancellationToken)
        : throw new PlatformException(FailureKind.Terminal, Reasons.InternalError, $"a {machine.GetType().Name} is not a Compute Engine instance");

    /// <summary>An export's worker goes on by itself.</summary>
    public bool DistributesByItself => _target.Export is not null;

    public Task<CapturedImage?> ResumeCaptureAsync(CancellationToken cancellationToken) => _capture.ResumeAsync(cancellationToken);

    public Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken) => _distribution.DistributeAsync(image, cancellationToken);

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => _remover.RemoveAsync(entry, cancellationToken);

    public Task<IReadOnlyList<LedgerEntry>> FindStraysAsync(CancellationToken cancellationToken) =>
        new StrayFinder(_access.Project, _compute, _calls, _images).FindAsync(_context, cancellationToken);

    public ValueTask DisposeAsync()
    {
        if (_calls.Summary is { } summary) _context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, summary));
        _compute.Dispose();
        _storage.Dispose();
        _osLogin.Dispose();
        return ValueTask.CompletedTask;
    }
}
