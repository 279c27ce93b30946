using ImageOperator.Api.Targets;

namespace ImageOperator.Engine.Ports;

/// <summary>Makes platforms. One factory per folder below <c>operator/Platforms</c>.</summary>
public interface IPlatformFactory
{
    /// <summary>The platform's name: the field of <see cref="Target"/> that it reads.</summary>
    string Name { get; }

    /// <summary>Whether the target is this platform's.</summary>
    bool Supports(Target target);

    /// <summary>Binds the platform to one target. No side effects.</summary>
    IPlatform Create(PlatformContext context);
}
