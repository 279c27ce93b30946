using ImageOperator.Api.Common;

namespace ImageOperator.Engine.Ports;

/// <summary>Where the values of Secrets come from: mounted files in a pod, manifests and files with imagectl.</summary>
public interface ISecretSource
{
    /// <summary>The value of a Secret's key; null if there is none.</summary>
    string? Find(SecretKeyReference reference);
}
