using ImageOperator.Api.Targets;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws;

/// <summary>Makes AMIs with EC2 instances.</summary>
/// <param name="options">How AWS is reached; the defaults if null.</param>
public sealed class AwsPlatformFactory(AwsOptions? options = null) : IPlatformFactory
{
    private readonly AwsOptions _options = options ?? new AwsOptions();

    /// <inheritdoc/>
    public string Name => "aws";

    /// <inheritdoc/>
    public bool Supports(Target target) => target?.Aws is not null;

    /// <inheritdoc/>
    public IPlatform Create(PlatformContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var target = context.Target.Aws ?? throw new ArgumentException("the target is not AWS's", nameof(context));
        return new AwsPlatform(context, target, _options);
    }
}
