using ImageOperator.Api.Common;

namespace ImageOperator.Controller.Builds;

/// <summary>What a key of a ConfigMap holds.</summary>
/// <param name="Reference">The ConfigMap and the key.</param>
/// <param name="Text">The text; null if there is none.</param>
internal sealed record ConfigMapValue(ConfigMapKeyReference Reference, string? Text)
{
    /// <summary>The place in words.</summary>
    public string Place => $"ConfigMap {Reference.Name}, key {Reference.Key}";
}
