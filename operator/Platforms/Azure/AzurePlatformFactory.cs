using ImageOperator.Api.Targets;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure;

/// <summary>Makes images with virtual machines of Azure.</summary>
/// <param name="options">How Azure is reached; the defaults if null.</param>
public sealed class AzurePlatformFactory(AzureOptions? options = null) : IPlatformFactory
{
    private readonly AzureOptions _options = options ?? new AzureOptions();

    /// <inheritdoc/>
    public string Name => "azure";

    /// <inheritdoc/>
    public bool Supports(Target target) => target?.Azure is not null;

    /// <inheritdoc/>
    public IPlatform Create(PlatformContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var target = context.Target.Azure ?? throw new ArgumentException("the target is not Azure's", nameof(context));
        return new AzurePlatform(context, target, _options);
    }
}
