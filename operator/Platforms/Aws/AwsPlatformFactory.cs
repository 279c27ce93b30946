using System.Collections.Concurrent;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws;

/// <summary>Makes AMIs with EC2 instances. The targets of one factory wait together: one call for many machines and AMIs.</summary>
/// <param name="options">How AWS is reached; the defaults if null.</param>
public sealed class AwsPlatformFactory(AwsOptions? options = null) : IPlatformFactory
{
    private readonly AwsOptions _options = options ?? new AwsOptions();

    // Each ImagePlatform is another caller.
    private readonly ConcurrentDictionary<ValueTuple<PlatformAccess?>, Looks> _looks = new();

    /// <inheritdoc/>
    public string Name => "aws";

    /// <inheritdoc/>
    public bool Supports(Target target) => target?.Aws is not null;

    /// <inheritdoc/>
    public IPlatform Create(PlatformContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var target = context.Target.Aws ?? throw new ArgumentException("the target is not AWS's", nameof(context));
        return new AwsPlatform(context, target, _options, _looks.GetOrAdd(new(context.Platform), _ => new()));
    }
}
