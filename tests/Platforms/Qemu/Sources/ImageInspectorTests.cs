using System.Text.Json;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Qemu.Sources;

namespace ImageOperator.Platforms.Qemu.Tests.Sources;

public sealed class ImageInspectorTests
{
    [Fact]
    public void Judge_PlainImage_FormatAndSize() => Assert.Equal(
        new DiskImage("/a.qcow2", "qcow2", 1024),
        Judge("""{"format": "qcow2", "virtual-size": 1024, "format-specific": {"type": "qcow2", "data": {"corrupt": false}}}"""));

    [Theory]
    [InlineData("""{"format": "qcow2", "virtual-size": 1, "backing-filename": "/etc/shadow"}""", "/etc/shadow")]
    [InlineData("""{"format": "qcow2", "virtual-size": 1, "format-specific": {"type": "qcow2", "data": {"data-file": "json:{}"}}}""", "json:{}")]
    [InlineData("""{"format": "vmdk", "virtual-size": 1, "format-specific": {"type": "vmdk", "data": {"extents": [{"filename": "/dev/sda"}]}}}""", "/dev/sda")]
    [InlineData("""{"format": "qcow2", "virtual-size": 1, "format-specific": {"type": "qcow2", "data": {"corrupt": true}}}""", "corrupt")]
    [InlineData("""{"format": "luks", "virtual-size": 1}""", "luks")]
    public void Judge_ImageThatOpensOtherFiles_IsRefused(string info, string named) =>
        Assert.Contains(named, Assert.Throws<PlatformException>(() => Judge(info)).Message, StringComparison.Ordinal);

    private static DiskImage Judge(string info)
    {
        using var document = JsonDocument.Parse(info);
        return ImageInspector.Judge("/a.qcow2", document.RootElement);
    }
}
