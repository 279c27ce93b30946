using ImageOperator.Api.Platforms;

namespace ImageOperator.Engine.Ports;

/// <summary>The ImagePlatform that a target refers to, as it was when the build started.</summary>
/// <param name="Spec">Its spec.</param>
/// <param name="Credentials">The folder with its credentials' files: a Secret's keys, or a token; it need not exist.</param>
public sealed record PlatformAccess(ImagePlatformSpec Spec, string Credentials);
