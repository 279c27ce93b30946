using ImageOperator.Cli.Logs;

namespace ImageOperator.Cli.Tests.Logs;

public sealed class LogPrinterTests
{
    private const string Line = """{"time":"2026-11-22T21:41:07.123Z","level":"info","build":"ns/web","target":"lab","attempt":1,"trace_id":"a","event":"output","stage":"Provisioned","step":"greet","message":"hello"}""";

    [Fact]
    public void Text_TellsWhereAndWhat_UnderAHeadingForEachAttempt()
    {
        var text = Print(false, false, Line, Line, Line.Replace("\"attempt\":1", "\"attempt\":2", StringComparison.Ordinal));

        Assert.Equal(["== lab, attempt 1", "21:41:07  Provisioned/greet           | hello", "21:41:07  Provisioned/greet           | hello", "== lab, attempt 2", "21:41:07  Provisioned/greet           | hello"], text);
    }

    [Fact]
    public void Json_IsAsItWas() => Assert.Equal([Line, "not json"], Print(true, true, Line, "not json"));

    [Fact]
    public void GuestOutput_CannotSteerTheTerminal()
    {
        var text = string.Join('\n', Print(false, false, Line.Replace("hello", "\\u001b[2J\\u0007evil\\r", StringComparison.Ordinal), "raw \e[31m"));

        Assert.DoesNotContain('\e', text);
        Assert.DoesNotContain('\a', text);
        Assert.DoesNotContain('\r', text);
        Assert.Contains("evil", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "\e[31m")]
    [InlineData(false, "21:41:07")]
    public void Colours_OnlyForATerminal(bool colours, string expected)
    {
        var text = string.Join('\n', Print(false, colours, Line.Replace("\"info\"", "\"error\"", StringComparison.Ordinal)));

        Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.Equal(colours, text.Contains('\e', StringComparison.Ordinal));
    }

    private static string[] Print(bool raw, bool colours, params string[] lines)
    {
        var output = new StringWriter { NewLine = "\n" };
        var printer = new LogPrinter(output, raw, colours);
        foreach (var line in lines) printer.Print(line);
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
