using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Qemu.Processes;

namespace ImageOperator.Platforms.Qemu.Sources;

/// <summary>Asks qemu-img what an image file is, and refuses images that would make QEMU open other files.</summary>
internal sealed class ImageInspector(QemuOptions options)
{
    private static readonly string[] Formats = ["qcow2", "raw", "vmdk", "vdi", "vhdx", "vpc"];

    public async Task<DiskImage> InspectAsync(string path, CancellationToken cancellationToken)
    {
        var outcome = await ProcessRunner.RunAsync(options.ImageTool, ["info", "--output=json", "-U", path], output: null, cancellationToken).ConfigureAwait(false);
        if (outcome.ExitCode != 0) throw Refused($"qemu-img cannot read {path}: {outcome.Complaint}", "the file must be a disk image that QEMU knows");
        using var document = JsonDocument.Parse(outcome.Output);
        return Judge(path, document.RootElement);
    }

    /// <summary>Judges what <c>qemu-img info</c> says.</summary>
    public static DiskImage Judge(string path, JsonElement info)
    {
        var format = info.GetProperty("format").GetString() ?? "";
        if (!Formats.Contains(format)) throw Refused($"{path} is of the format {format}", $"convert it to one of {string.Join(", ", Formats)}");
        var specific = info.TryGetProperty("format-specific", out var s) && s.TryGetProperty("data", out var data) ? data : default;
        if (info.TryGetProperty("backing-filename", out var backing)) throw Opens(path, "a backing file", backing.GetString());
        if (specific.ValueKind == JsonValueKind.Object)
        {
            if (specific.TryGetProperty("data-file", out var external)) throw Opens(path, "an external data file", external.GetString());
            if (specific.TryGetProperty("extents", out var extents) && ForeignExtent(path, extents) is { } extent) throw Opens(path, "an extent", extent);
            if (specific.TryGetProperty("corrupt", out var corrupt) && corrupt.ValueKind == JsonValueKind.True) throw Refused($"{path} is marked as corrupt", "repair it with qemu-img check -r all");
        }

        return new DiskImage(path, format, info.GetProperty("virtual-size").GetInt64());
    }

    private static string? ForeignExtent(string path, JsonElement extents) => extents.EnumerateArray()
        .Select(e => e.TryGetProperty("filename", out var name) ? name.GetString() : null)
        .FirstOrDefault(name => name is not null && Path.GetFullPath(name) != Path.GetFullPath(path));

    private static PlatformException Opens(string path, string what, string? name) => Refused(
        $"{path} refers to {what}, \"{name}\": such an image could make QEMU read any file of the builder",
        "flatten it into one file: qemu-img convert -O qcow2 IN OUT");

    private static PlatformException Refused(string message, string hint) => new(FailureKind.Terminal, Reasons.SourceUnavailable, message, hint);
}
