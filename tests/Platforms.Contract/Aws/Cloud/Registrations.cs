using System.Collections.Concurrent;
using System.Xml.Linq;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>AMIs that were registered of snapshots: moto takes no notice of what they were registered with.</summary>
internal sealed class Registrations
{
    /// <summary>What is in the UEFI variable store of machines.</summary>
    public const string Store = "QU1aTlVFRkktMQ==";

    private static readonly (string Parameter, string Element)[] Plain =
    [
        ("Architecture", "architecture"), ("RootDeviceName", "rootDeviceName"), ("BootMode", "bootMode"), ("TpmSupport", "tpmSupport"), ("EnaSupport", "enaSupport"),
        ("SriovNetSupport", "sriovNetSupport"), ("VirtualizationType", "virtualizationType"), ("ImdsSupport", "imdsSupport"),
    ];

    private readonly ConcurrentDictionary<string, (AwsRequest Request, IReadOnlyList<string> Own)> _all = new();

    public static List<string> SnapshotsIn(AwsRequest request) =>
        [.. request.Form.Where(p => p.Key.StartsWith("BlockDeviceMapping.", StringComparison.Ordinal) && p.Key.EndsWith(".Ebs.SnapshotId", StringComparison.Ordinal)).Select(p => p.Value)];

    /// <param name="image">The AMI.</param>
    /// <param name="request">What it was registered with.</param>
    /// <param name="own">The snapshots that moto made for it.</param>
    /// <returns>Those that it has.</returns>
    public IReadOnlyList<string> Add(string image, AwsRequest request, IReadOnlyList<string> own)
    {
        _all[image] = (request, own);
        return SnapshotsIn(request);
    }

    public IReadOnlyList<string> SnapshotsOf(string image) => _all.TryGetValue(image, out var known) ? SnapshotsIn(known.Request) : [];

    /// <returns>The snapshots that moto made for it.</returns>
    public IReadOnlyList<string> Remove(string image) => _all.TryRemove(image, out var known) ? known.Own : [];

    /// <summary>Shows moto's AMI with what it was registered with.</summary>
    public void Show(XElement item)
    {
        if (!_all.TryGetValue(item.Text("imageId") ?? "", out var known)) return;
        foreach (var (parameter, element) in Plain)
        {
            if (known.Request[parameter] is { } value) item.Set(element, value);
        }

        var mapping = item.Child("blockDeviceMapping")!;
        mapping.RemoveNodes();
        for (var i = 1; known.Request[$"BlockDeviceMapping.{i}.DeviceName"] is { } device; i++)
        {
            var space = item.Name.Namespace;
            var ebs = new[] { ("SnapshotId", "snapshotId"), ("VolumeSize", "volumeSize"), ("VolumeType", "volumeType"), ("DeleteOnTermination", "deleteOnTermination") }
                .Select(e => (Element: e.Item2, Value: known.Request[$"BlockDeviceMapping.{i}.Ebs.{e.Item1}"])).Where(e => e.Value is not null);
            mapping.Add(new XElement(space + "item", new XElement(space + "deviceName", device), new XElement(space + "ebs", ebs.Select(e => new XElement(space + e.Element, e.Value)))));
        }
    }
}
