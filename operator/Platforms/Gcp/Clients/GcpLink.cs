using System.Text.RegularExpressions;

namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>What names a resource everywhere: <c>projects/p/zones/z/instances/n</c>.</summary>
/// <param name="Project">Its project.</param>
/// <param name="Zone">Its zone; null: it is global.</param>
/// <param name="Collection">What it is one of: <c>instances</c>.</param>
/// <param name="Name">Its name.</param>
internal sealed partial record GcpLink(string Project, string? Zone, string Collection, string Name)
{
    public static GcpLink Image(string project, string name) => new(project, null, "images", name);

    public static GcpLink Instance(string project, string zone, string name) => new(project, zone, "instances", name);

    public static GcpLink Disk(string project, string zone, string name) => new(project, zone, "disks", name);

    /// <summary>The link of a self link, or of what is one already.</summary>
    public static GcpLink? Find(string? text) => Form().Match(text ?? "") is { Success: true } m
        ? new(m.Groups["project"].Value, m.Groups["zone"].Success ? m.Groups["zone"].Value : null, m.Groups["collection"].Value, m.Groups["name"].Value)
        : null;

    public static GcpLink Parse(string text) => Find(text) ?? throw new FormatException($"\"{text}\" is no link to a resource");

    public override string ToString() => $"projects/{Project}/{(Zone is null ? "global" : $"zones/{Zone}")}/{Collection}/{Name}";

    [GeneratedRegex("(^|/)projects/(?<project>[^/]+)/(global|zones/(?<zone>[^/]+))/(?<collection>[A-Za-z]+)/(?<name>[^/]+)\\z")]
    private static partial Regex Form();
}
