using System.Collections.Concurrent;
using System.Xml.Linq;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>AMIs that are gone. AWS shows them for a while yet: first as they were, then as deregistered.</summary>
internal sealed class Deregistrations
{
    private readonly ConcurrentDictionary<string, (string Place, XElement Item, DateTimeOffset At)> _all = new();

    public void Add(string place, XElement item, DateTimeOffset now) => _all[item.Text("imageId")!] = (place, item, now);

    public void Clear() => _all.Clear();

    /// <summary>Adds to an answer those that the request asks for.</summary>
    public void Show(AwsRequest request, string place, XElement answer, DateTimeOffset now, TimeSpan visible)
    {
        foreach (var (at, item) in _all.Values.Where(g => g.Place == place && now < g.At + visible && IsWanted(request, g.Item)).Select(g => (g.At, new XElement(g.Item))))
        {
            if (now >= at + (visible / 3)) item.Set("imageState", "deregistered");
            answer.Named("imagesSet").First().Add(item);
        }
    }

    private static bool IsWanted(AwsRequest request, XElement item)
    {
        var sent = request.Sent.ToLookup(p => p.Key, p => p.Value);
        string? Of(string name) => sent[name].FirstOrDefault();
        if (Of("ImageId.1") is { } id) return id == item.Text("imageId");
        if (Of("Owner.1") != "self") return false;
        for (var i = 1; Of($"Filter.{i}.Name") is { } filter; i++)
        {
            var value = Of($"Filter.{i}.Value.1");
            var fits = filter switch
            {
                "name" => item.Text("name") == value,
                "block-device-mapping.snapshot-id" => item.Named("snapshotId").Any(s => s.Value == value),
                _ when filter.StartsWith("tag:", StringComparison.Ordinal) => item.Named("item").Any(t => t.Text("key") == filter[4..] && t.Text("value") == value),
                _ => false,
            };
            if (!fits) return false;
        }

        return true;
    }
}
