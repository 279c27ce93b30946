using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>How the builder reaches a machine.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GcpConnect>))]
public enum GcpConnect
{
    /// <summary>By its external address; by the internal one where there is none.</summary>
    External,

    /// <summary>By its internal address: the builder must have a route into the network.</summary>
    Internal,

    /// <summary>Through an Identity-Aware Proxy TCP tunnel: neither needs an address that the other can reach.</summary>
    Iap,
}
