using ImageOperator.Api.Targets;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Qemu;

/// <summary>Makes disk images with QEMU virtual machines.</summary>
/// <param name="options">Where QEMU stands; the defaults if null.</param>
public sealed class QemuPlatformFactory(QemuOptions? options = null) : IPlatformFactory
{
    private readonly QemuOptions _options = options ?? new QemuOptions();

    /// <inheritdoc/>
    public string Name => "qemu";

    /// <inheritdoc/>
    public bool Supports(Target target) => target?.Qemu is not null;

    /// <inheritdoc/>
    public IPlatform Create(PlatformContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var target = context.Target.Qemu ?? throw new ArgumentException("the target is not QEMU's", nameof(context));
        return new QemuPlatform(context, target, _options);
    }
}
