using System.Security.Cryptography;
using System.Text.Json;
using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>Looks at artifacts with other eyes than the builder's.</summary>
internal static class Images
{
    public static string PathOf(Lab lab, Artifact artifact)
    {
        const string Scheme = $"pvc://{Lab.Claim}/";
        Assert.StartsWith(Scheme, artifact.Id, StringComparison.Ordinal);
        return Path.Combine(lab.Folder, artifact.Id[Scheme.Length..]);
    }

    /// <summary>The file is what status says, and whole.</summary>
    public static async Task CheckAsync(Lab lab, Artifact artifact)
    {
        var file = PathOf(lab, artifact);
        Assert.Equal(new FileInfo(file).Length, artifact.SizeBytes);
        await using (var stream = File.OpenRead(file))
        {
            Assert.Equal("sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(stream)), artifact.Checksum);
        }

        Assert.StartsWith(artifact.Checksum![7..], await File.ReadAllTextAsync(file + ".sha256"), StringComparison.Ordinal);
        var info = JsonDocument.Parse(await Program.RunAsync("qemu-img", ["info", "--output=json", file])).RootElement;
        Assert.Equal(artifact.Type, info.GetProperty("format").GetString());
        Assert.Equal(artifact.VirtualSizeBytes, info.GetProperty("virtual-size").GetInt64());
        Assert.False(info.TryGetProperty("backing-filename", out _), "the artifact needs another file");
        if (artifact.Type != "raw") await Program.RunAsync("qemu-img", ["check", file]);
    }
}
