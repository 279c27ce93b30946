using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;

namespace ImageOperator.Engine.Ports;

/// <summary>Says whether a platform can be used, by a cheap real call. Makes nothing and changes nothing.</summary>
public interface IPlatformProbe
{
    /// <summary>Whether this probe knows the platform's block.</summary>
    bool Supports(ImagePlatformSpec platform);

    /// <summary>Tries the platform. What does not work is a result, not an exception.</summary>
    Task<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancellationToken);
}
