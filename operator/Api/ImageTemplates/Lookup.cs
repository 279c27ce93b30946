using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A value that is looked up when a target's build starts, once for all its attempts. Exactly one of http, checksum and aws must be set.</summary>
[Choice(Allowed.ExactlyOne)]
public sealed record Lookup
{
    /// <summary>The name, used as <c>$(lookups.NAME)</c>.</summary>
    [Bounds(Min = 1, Max = 63)]
    [Pattern(Names.ParameterPattern)]
    public required string Name { get; init; }

    /// <summary>What an HTTP server answers.</summary>
    [Alternative]
    public HttpLookup? Http { get; init; }

    /// <summary>A file's checksum, as it stands in a list such as SHA256SUMS: <c>sha256:…</c>.</summary>
    [Alternative]
    public ChecksumLookup? Checksum { get; init; }

    /// <summary>What AWS has: an AMI, a parameter, a secret. For AWS's targets; for others the value is null.</summary>
    [Alternative]
    public AwsLookup? Aws { get; init; }

    /// <summary>An expression that makes the value of what was found, which is <c>self</c>: <c>self.assets[0].url</c>. Unset: all of it.</summary>
    [Bounds(Min = 1, Max = 1024)]
    public string? Select { get; init; }

    /// <summary>The value is masked in logs and status, where only a keyed hash of it stands; a later attempt looks it up again.</summary>
    public bool Sensitive { get; init; }

    /// <summary>How long one try may take; there are three.</summary>
    [CelRule(Duration.PositiveRule, Duration.PositiveMessage)]
    public Duration Timeout { get; init; } = Duration.FromSeconds(30);
}
