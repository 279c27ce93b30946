using ImageOperator.Api.Common;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Builder.Pod;

/// <summary>The keys of Secrets that the operator mounted: a folder for each Secret, a file for each key.</summary>
internal sealed class MountedSecrets(string folder) : ISecretSource
{
    public string? Find(SecretKeyReference reference)
    {
        var path = Path.Combine(folder, reference.Name, reference.Key);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }
}
