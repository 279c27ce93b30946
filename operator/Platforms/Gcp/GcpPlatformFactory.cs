using ImageOperator.Api.Targets;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Gcp;

/// <summary>Makes images of Google Cloud with Compute Engine instances.</summary>
/// <param name="options">How Google Cloud is reached; the defaults if null.</param>
public sealed class GcpPlatformFactory(GcpOptions? options = null) : IPlatformFactory
{
    private readonly GcpOptions _options = options ?? new GcpOptions();

    /// <inheritdoc/>
    public string Name => "gcp";

    /// <inheritdoc/>
    public bool Supports(Target target) => target?.Gcp is not null;

    /// <inheritdoc/>
    public IPlatform Create(PlatformContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var target = context.Target.Gcp ?? throw new ArgumentException("the target is not Google Cloud's", nameof(context));
        return new GcpPlatform(context, target, _options);
    }
}
