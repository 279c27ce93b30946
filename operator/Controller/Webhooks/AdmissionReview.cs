using System.Text.Json;
using k8s.Models;

namespace ImageOperator.Controller.Webhooks;

/// <summary>What the API server asks, and what it is answered: <c>admission.k8s.io/v1</c>.</summary>
internal sealed record AdmissionReview
{
    public const string Version = "admission.k8s.io/v1";

    public string ApiVersion { get; init; } = Version;

    public string Kind { get; init; } = nameof(AdmissionReview);

    public AdmissionRequest? Request { get; init; }

    public AdmissionResponse? Response { get; init; }
}

/// <summary>The part of the question that we go by.</summary>
internal sealed record AdmissionRequest
{
    public string Uid { get; init; } = "";

    public AdmissionKind Kind { get; init; } = new();

    public string? SubResource { get; init; }

    public string? Name { get; init; }

    public string? Namespace { get; init; }

    public string? Operation { get; init; }

    /// <summary>The object as it would be stored.</summary>
    public JsonElement Object { get; init; }

    /// <summary>The object as it is stored; null when it is created.</summary>
    public JsonElement OldObject { get; init; }
}

/// <summary>A kind.</summary>
internal sealed record AdmissionKind
{
    public string Group { get; init; } = "";

    public string Version { get; init; } = "";

    public string Kind { get; init; } = "";
}

/// <summary>The answer.</summary>
internal sealed record AdmissionResponse
{
    public required string Uid { get; init; }

    public required bool Allowed { get; init; }

    /// <summary>Why not.</summary>
    public V1Status? Status { get; init; }

    /// <summary>What kubectl shows although it is allowed.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}
