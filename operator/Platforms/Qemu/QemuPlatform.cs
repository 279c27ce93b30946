using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Accelerators;
using ImageOperator.Platforms.Qemu.Capture;
using ImageOperator.Platforms.Qemu.Machines;
using ImageOperator.Platforms.Qemu.Sources;
using ImageOperator.Platforms.Qemu.Sweep;

namespace ImageOperator.Platforms.Qemu;

/// <summary>Disk images made by QEMU machines that run beside the builder.</summary>
internal sealed class QemuPlatform : IPlatform
{
    private readonly PlatformContext _context;
    private readonly ImageConverter _converter;
    private readonly QemuTarget _target;
    private readonly HttpClient _http;
    private readonly ImageInspector _inspector;
    private readonly SourceResolver _source;
    private readonly AcceleratorChoice _accelerators;
    private readonly MachineLauncher _launcher;
    private readonly ImageCapture _capture;
    private readonly ImageDistribution _distribution;
    private readonly PublishedImages _published;
    private readonly ResourceRemover _remover;
    private readonly StrayFinder _strays;
    private Task<Accelerator>? _accelerator;
    private DiskImage? _sourceDisk;

    public QemuPlatform(PlatformContext context, QemuTarget target, QemuOptions options)
    {
        _target = target;
        _context = context;
        _converter = new ImageConverter(options);
        // Downloads have their own limit on silence; a limit on their whole time would be wrong.
        _http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        _inspector = new ImageInspector(options);
        _source = new SourceResolver(context, target.Source, _inspector, _http);
        _accelerators = new AcceleratorChoice(options, context.Time, context.Folders.Cache);
        _launcher = new MachineLauncher(context, target, options);
        _capture = new ImageCapture(context, target, _converter);
        _distribution = new ImageDistribution(context, target);
        _published = new PublishedImages(context, target);
        _remover = new ResourceRemover(context, target);
        _strays = new StrayFinder(context, target);
    }

    /// <summary>The checksum is the image: it need not be fetched to be known.</summary>
    public Task<SourceImage> IdentifySourceAsync(CancellationToken cancellationToken) => Task.FromResult(Source);

    public Task<bool> ArtifactExistsAsync(Artifact artifact, CancellationToken cancellationToken) => _published.ExistsAsync(artifact, cancellationToken);

    public async Task<SourceImage> ResolveSourceAsync(CancellationToken cancellationToken)
    {
        // The probe of the accelerator takes its time beside the download.
        _ = ChooseAcceleratorAsync(cancellationToken);
        _sourceDisk = await _source.ResolveAsync(cancellationToken).ConfigureAwait(false);
        return Source;
    }

    public async Task<IMachine> CreateMachineAsync(MachineRequest request, CancellationToken cancellationToken)
    {
        var accelerator = ChooseAcceleratorAsync(cancellationToken);
        var disk = request.Image is { } image
            ? await InspectCapturedAsync(image, cancellationToken).ConfigureAwait(false)
            : _sourceDisk ??= await _source.ResolveAsync(cancellationToken).ConfigureAwait(false);
        return await _launcher.LaunchAsync(request, disk, await accelerator.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    public Task<CapturedImage> CaptureAsync(IMachine machine, CancellationToken cancellationToken) => machine is QemuMachine ours
        ? _capture.CaptureAsync(ours, cancellationToken)
        : throw new PlatformException(FailureKind.Terminal, Reasons.InternalError, $"a {machine.GetType().Name} is not a QEMU machine");

    public Task<CapturedImage?> ResumeCaptureAsync(CancellationToken cancellationToken) => _capture.ResumeAsync(cancellationToken);

    public Task<IReadOnlyList<Artifact>> DistributeAsync(CapturedImage image, CancellationToken cancellationToken) =>
        _distribution.DistributeAsync(image, cancellationToken);

    public DiskFile? FileOf(CapturedImage image)
    {
        var bytes = _context.Ledger.Find(image.LedgerKey)?.Properties?.GetValueOrDefault(Properties.VirtualSize);
        return new(image.Id, _target.Output.Format, _target.Output.Compress, long.TryParse(bytes, CultureInfo.InvariantCulture, out var size) ? size : null);
    }

    public Task ConvertAsync(CapturedImage image, DiskFormat format, bool compress, string path, CancellationToken cancellationToken) => _converter.ConvertAsync(
        path, image.Id, path, format, compress, fraction => _context.Observer.Observe(new BuildEvent.Progress("converting the image", fraction)), cancellationToken, _target.Output.Format);

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken) => _remover.RemoveAsync(entry, cancellationToken);

    public Task<IReadOnlyList<LedgerEntry>> FindStraysAsync(CancellationToken cancellationToken) => Task.FromResult(_strays.Find());

    public async ValueTask DisposeAsync()
    {
        if (_accelerator is not null) await ((Task)_accelerator).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _source.Dispose();
        _http.Dispose();
    }

    private SourceImage Source => new() { Id = _source.Id, Name = Path.GetFileName(_source.Id), Digest = _target.Source.Checksum };

    private Task<Accelerator> ChooseAcceleratorAsync(CancellationToken cancellationToken)
    {
        // A choice that failed or was cancelled is made again.
        if (_accelerator is null || _accelerator.IsFaulted || _accelerator.IsCanceled) _accelerator = _accelerators.ChooseAsync(_target.Accelerator ?? QemuAccelerator.Auto, cancellationToken);
        return _accelerator;
    }

    private async Task<DiskImage> InspectCapturedAsync(CapturedImage image, CancellationToken cancellationToken) =>
        await _inspector.InspectAsync(image.Id, cancellationToken).ConfigureAwait(false) with { Format = ImageConverter.Driver(_target.Output.Format) };
}
