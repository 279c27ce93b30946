using System.Text.Json.Serialization;

namespace ImageOperator.Api.Targets.Aws;

/// <summary>How a name is kept apart from those of other AMIs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AwsNameRule>))]
public enum AwsNameRule
{
    /// <summary>The build fails before it makes anything when the name is taken, here or where a copy goes.</summary>
    Fail,

    /// <summary>The name always gets a suffix of the build's UID: two builds never have the same.</summary>
    Suffix,

    /// <summary>
    /// An AMI that has the name is deregistered, and its snapshots are deleted, once the new one has passed its tests and stands in all regions; there, too.
    /// Sources that are billed (Windows, Red Hat, the Marketplace's) are refused: the new AMI is registered of snapshots, which loses that.
    /// </summary>
    Replace,
}
