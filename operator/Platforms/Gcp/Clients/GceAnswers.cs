namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>What the cloud does about a call.</summary>
internal sealed record GceOperation
{
    public string? Name { get; init; }

    /// <summary>PENDING, RUNNING or DONE.</summary>
    public string? Status { get; init; }

    /// <summary>The URL of its zone; null: it is global.</summary>
    public string? Zone { get; init; }

    public string? TargetLink { get; init; }

    public int? HttpErrorStatusCode { get; init; }

    public GceOperationError? Error { get; init; }
}

internal sealed record GceOperationError(IReadOnlyList<GceErrorItem> Errors);

internal sealed record GceErrorItem
{
    public string? Code { get; init; }

    public string? Message { get; init; }
}

internal sealed record GceList<T>
{
    public IReadOnlyList<T>? Items { get; init; }

    public string? NextPageToken { get; init; }
}

/// <summary>A list by zone: the key is <c>zones/europe-west3-a</c>.</summary>
internal sealed record GceAggregate<T>
{
    public IReadOnlyDictionary<string, T>? Items { get; init; }

    public string? NextPageToken { get; init; }
}

internal sealed record GceInstances(IReadOnlyList<GceInstance>? Instances);

internal sealed record GceDisks(IReadOnlyList<GceDisk>? Disks);

internal sealed record GceProject
{
    public string? Name { get; init; }

    public string? DefaultServiceAccount { get; init; }
}

internal sealed record GceSerialOutput
{
    public string? Contents { get; init; }
}

internal sealed record GceGuestAttributes
{
    public GceGuestAttributesValue? QueryValue { get; init; }
}

internal sealed record GceGuestAttributesValue(IReadOnlyList<GceGuestAttribute>? Items);

internal sealed record GceGuestAttribute
{
    public string? Namespace { get; init; }

    public string? Key { get; init; }

    public string? Value { get; init; }
}

internal sealed record GcePolicy
{
    public string? Etag { get; init; }

    public int? Version { get; init; }

    public IReadOnlyList<GceBinding>? Bindings { get; init; }
}

internal sealed record GceBinding
{
    public string? Role { get; init; }

    public IReadOnlyList<string>? Members { get; init; }

    public System.Text.Json.JsonElement? Condition { get; init; }
}
