using System.Text;
using ImageOperator.Communicators.Ssh.Commands;

namespace ImageOperator.Communicators.Ssh.Tests;

public sealed class LineAssemblerTests
{
    [Theory]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("a\nb", "a|b")]
    [InlineData("\n\na", "||a")]
    [InlineData("1%\r50%\r100%\ndone", "100%|done")]
    [InlineData("1%\r50%\r100%\r\n", "100%")]
    [InlineData("☃ ünï\n", "☃ ünï")]
    [InlineData("", "")]
    public void Lines_OfAnyChunking_AreTheSame(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var size = 1; size <= Math.Max(1, bytes.Length); size++)
        {
            var lines = new List<string>();
            var assembler = new LineAssembler(lines.Add);
            foreach (var chunk in bytes.Chunk(size)) assembler.Add(chunk);
            assembler.Complete();
            Assert.Equal(expected, string.Join('|', lines));
        }
    }

    [Fact]
    public void Line_TooLong_IsCutBetweenCharacters()
    {
        var lines = new List<string>();
        var assembler = new LineAssembler(lines.Add);
        var text = "x" + string.Concat(Enumerable.Repeat("☃", 60_000));
        assembler.Add(Encoding.UTF8.GetBytes(text + "\n"));
        Assert.Equal(text, string.Concat(lines));
        Assert.All(lines, line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, LineAssembler.LongestLine));
    }
}
