using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>An EBS volume's type.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AwsVolumeType>))]
public enum AwsVolumeType
{
    /// <summary>General purpose SSD, with speed apart from size.</summary>
    [JsonStringEnumMemberName("gp3")]
    Gp3,

    /// <summary>General purpose SSD of the older kind.</summary>
    [JsonStringEnumMemberName("gp2")]
    Gp2,

    /// <summary>Provisioned IOPS SSD.</summary>
    [JsonStringEnumMemberName("io1")]
    Io1,

    /// <summary>Provisioned IOPS SSD, more durable.</summary>
    [JsonStringEnumMemberName("io2")]
    Io2,

    /// <summary>Throughput-optimized hard disk.</summary>
    [JsonStringEnumMemberName("st1")]
    St1,

    /// <summary>Cold hard disk.</summary>
    [JsonStringEnumMemberName("sc1")]
    Sc1,

    /// <summary>Magnetic.</summary>
    [JsonStringEnumMemberName("standard")]
    Standard,
}
