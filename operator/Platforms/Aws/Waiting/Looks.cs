using System.Collections.Concurrent;
using Amazon.EC2.Model;

namespace ImageOperator.Platforms.Aws.Waiting;

/// <summary>Who waits for what, over all builds of this process that call AWS as the same caller.</summary>
internal sealed class Looks
{
    private readonly ConcurrentDictionary<string, SharedLook<Instance>> _instances = new();
    private readonly ConcurrentDictionary<string, SharedLook<Image>> _images = new();

    public SharedLook<Instance> Instances(string place) => _instances.GetOrAdd(place, _ => new(i => i.InstanceId));

    public SharedLook<Image> Images(string place) => _images.GetOrAdd(place, _ => new(i => i.ImageId));
}
