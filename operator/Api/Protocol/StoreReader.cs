namespace ImageOperator.Api.Protocol;

/// <summary>What a pod needs that reads files of an output store: the builder's image, and how it is pulled.</summary>
public sealed record StoreReader
{
    /// <summary>The folder where the claim stands in the pod.</summary>
    public const string Folder = "/store";

    /// <summary>The program's command: prints a file as base64.</summary>
    public const string Command = "print";

    /// <summary>The image with image-builder.</summary>
    public required string Image { get; init; }

    /// <summary>Always, IfNotPresent or Never; unset leaves it to Kubernetes.</summary>
    public string? PullPolicy { get; init; }

    /// <summary>Secrets for pulling it.</summary>
    public IReadOnlyList<string> PullSecrets { get; init; } = [];

    /// <summary>User, group and fsGroup: that of the builders, whose files they are.</summary>
    public required long User { get; init; }
}
