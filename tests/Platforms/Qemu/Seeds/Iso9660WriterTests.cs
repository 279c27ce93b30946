using System.Text;
using ImageOperator.Platforms.Qemu.Seeds;
using ImageOperator.Platforms.Qemu.Tests.Fakes;

namespace ImageOperator.Platforms.Qemu.Tests.Seeds;

public sealed class Iso9660WriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-iso-").FullName;

    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["user-data"] = Encoding.UTF8.GetBytes("#cloud-config\n" + new string('x', 5000)),
        ["meta-data"] = "instance-id: one\n"u8.ToArray(),
        ["network-config"] = [],
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Write_SameFiles_SameBytes() => Assert.Equal(Iso9660Writer.Write("cidata", Files), Iso9660Writer.Write("cidata", Files));

    [Fact]
    public void Write_Label_StandsWhereGuestsLook() =>
        Assert.Equal("cidata    ", Encoding.ASCII.GetString(Iso9660Writer.Write("cidata", Files), 32808, 10));

    [Theory]
    [InlineData("-R")]
    [InlineData("-J")]
    public async Task Write_ReadByIsoinfo_NamesAndContentsAreReal(string extension)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/isoinfo"), "isoinfo is not here: apt-get install genisoimage");
        var image = await WriteAsync();
        var names = (await Keys.RunAsync("isoinfo", extension, "-f", "-i", image)).Split('\n').Order();
        Assert.Equal(["/meta-data", "/network-config", "/user-data"], names);
        foreach (var (name, content) in Files)
        {
            if (content.Length == 0) continue;
            var read = await Keys.RunAsync("isoinfo", extension, "-x", "/" + name, "-i", image);
            Assert.Equal(Encoding.UTF8.GetString(content).Trim(), read);
        }

        Assert.Contains("Volume id: cidata", await Keys.RunAsync("isoinfo", "-d", "-i", image), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ReadByXorriso_IsAccepted()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/xorriso"), "xorriso is not here: apt-get install xorriso");
        var image = await WriteAsync();
        var listing = await Keys.RunAsync("xorriso", "-return_with", "WARNING", "32", "-indev", image, "-find", "/", "-type", "f", "-exec", "lsdl", "--");
        Assert.Contains("'/user-data'", listing, StringComparison.Ordinal);
        Assert.Contains("-r--------", listing, StringComparison.Ordinal);
    }

    private async Task<string> WriteAsync()
    {
        var image = Path.Combine(_folder, "seed.iso");
        await File.WriteAllBytesAsync(image, Iso9660Writer.Write("cidata", Files), TestContext.Current.CancellationToken);
        return image;
    }
}
