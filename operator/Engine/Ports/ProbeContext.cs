using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Engine.Ports;

/// <summary>What a probe works with.</summary>
public sealed record ProbeContext
{
    /// <summary>The platform.</summary>
    public required ImagePlatformSpec Platform { get; init; }

    /// <summary>The folder with the credentials' files; it need not exist.</summary>
    public required string Credentials { get; init; }

    /// <summary>What is remembered of the node.</summary>
    public required string Cache { get; init; }

    /// <summary>What is needed to look for strays; null: they are not looked for.</summary>
    public StrayOrder? Strays { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
