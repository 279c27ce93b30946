using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests.Lab;

/// <summary>Secrets as a test sets them.</summary>
internal sealed class LabSecrets : ISecretSource
{
    private readonly Dictionary<string, string> _values = [];

    public SecretValue Add(string value)
    {
        var key = $"key{_values.Count}";
        _values[key] = value;
        return new() { SecretKeyRef = new() { Name = "lab", Key = key } };
    }

    public string? Find(SecretKeyReference reference) => _values.GetValueOrDefault(reference.Key);
}
