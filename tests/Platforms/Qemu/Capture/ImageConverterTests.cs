using System.Diagnostics;
using System.Text.Json;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Platforms.Qemu.Capture;

namespace ImageOperator.Platforms.Qemu.Tests.Capture;

/// <summary>With the real qemu-img: every format holds the same bytes, of a disk of the same size, and no more than it must.</summary>
public sealed class ImageConverterTests : IDisposable
{
    private const long Size = 20L << 30;

    private readonly string _folder = Directory.CreateTempSubdirectory("io-convert-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<DiskFormat, bool> Formats() => [.. Enum.GetValues<DiskFormat>().Select(f => (f, false)), (DiskFormat.Qcow2, true), (DiskFormat.Vmdk, true)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Convert_KeepsBytesSizeAndHoles(DiskFormat format, bool compress)
    {
        var disk = Path.Combine(_folder, "disk.qcow2");
        await RunAsync("qemu-img", "create", "-q", "-f", "qcow2", disk, Size.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await RunAsync("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 64k", "-c", "write -P 9 19G 1M", disk);
        var result = Path.Combine(_folder, "result");

        await new ImageConverter(new QemuOptions()).ConvertAsync("result", disk, result, format, compress, _ => { }, TestContext.Current.CancellationToken);

        var driver = ImageConverter.Driver(format);
        var info = JsonDocument.Parse(await RunAsync("qemu-img", "info", "-f", driver, "--output=json", result)).RootElement;
        Assert.Equal(Size, info.GetProperty("virtual-size").GetInt64());
        Assert.InRange(info.GetProperty("actual-size").GetInt64(), 1, 32 << 20);
        await RunAsync("qemu-img", "compare", "-q", "-f", "qcow2", "-F", driver, disk, result);
        if (format == DiskFormat.Vhd) Assert.Equal(Size + 512, new FileInfo(result).Length);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}{output}");
        return output;
    }
}
