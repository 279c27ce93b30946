using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Targets.Aws;

namespace ImageOperator.Platforms.Aws.Tags;

/// <summary>The tags of an AMI and of its snapshots.</summary>
internal sealed class ImageTags(BuildTags tags, AwsImage image)
{
    private readonly BuildTags _image = tags.With(image.Tags);
    private readonly BuildTags _snapshots = tags.With(image.SnapshotTags);

    public Birth Birth => tags.Birth;

    public List<TagSpecification> Specifications(string key, string name, Birth birth) =>
        [.. Image(key, name, birth), .. Snapshot(key, name, birth)];

    public List<TagSpecification> Image(string key, string name, Birth birth) => _image.Specifications(key, name, birth, ResourceType.Image);

    public List<TagSpecification> Snapshot(string key, string name, Birth birth) => _snapshots.Specifications(key, name, birth, ResourceType.Snapshot);
}
