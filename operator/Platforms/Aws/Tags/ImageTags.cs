using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Targets.Aws;

namespace ImageOperator.Platforms.Aws.Tags;

/// <summary>The tags of an AMI and of its snapshots.</summary>
internal sealed class ImageTags(BuildTags tags, AwsImage image)
{
    private readonly BuildTags _image = tags.With(image.Tags);
    private readonly BuildTags _snapshots = tags.With(image.SnapshotTags);

    public List<TagSpecification> Specifications(string key, string name) =>
        [.. _image.Specifications(key, name, ResourceType.Image), .. _snapshots.Specifications(key, name, ResourceType.Snapshot)];
}
