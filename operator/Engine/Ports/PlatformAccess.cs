using ImageOperator.Api.Platforms;

namespace ImageOperator.Engine.Ports;

/// <summary>The ImagePlatform that a target refers to, as it was when the build started.</summary>
/// <param name="Spec">Its spec.</param>
/// <param name="Credentials">The folder with its credentials' files: a Secret's keys, or a token; it need not exist.</param>
/// <param name="Uid">The object's UID, which what is made there is marked with; null: it is marked with none.</param>
public sealed record PlatformAccess(ImagePlatformSpec Spec, string Credentials, string? Uid = null);
