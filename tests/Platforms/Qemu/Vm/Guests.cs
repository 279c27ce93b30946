using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Downloads;

namespace ImageOperator.Platforms.Qemu.Tests.Vm;

/// <summary>The guest images of the test bed.</summary>
internal static class Guests
{
    /// <summary>The source for a guest; skips the test where it has not been made.</summary>
    public static async Task<QemuSource> SourceAsync(string name)
    {
        var folder = Environment.GetEnvironmentVariable("IMAGEOPERATOR_GUESTS")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache/imageoperator/guests");
        var path = Path.Combine(folder, $"{name}.qcow2");
        Assert.SkipUnless(File.Exists(path), $"there is no {path}: make it with config/dev/guests/guests.sh {name}");
        var checksum = await Checksum.OfFileAsync(path, TestContext.Current.CancellationToken);
        return new QemuSource { HostPath = new HostPathFile { Path = path }, Checksum = checksum.ToString() };
    }
}
