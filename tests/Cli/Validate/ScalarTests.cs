using ImageOperator.Cli.Manifests;

namespace ImageOperator.Cli.Tests.Validate;

public sealed class ScalarTests
{
    [Theory]
    [InlineData("a", "\"a\"")]
    [InlineData("'1'", "\"1\"")]
    [InlineData("!!str 1", "\"1\"")]
    [InlineData("12", "12")]
    [InlineData("-0x1F", "-31")]
    [InlineData("0644", "420")]
    [InlineData("1_000", "1000")]
    [InlineData("1.50", "1.5")]
    [InlineData("+.5", "0.5")]
    [InlineData("99999999999999999999", "1E+20")]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("tRUE", "\"tRUE\"")]
    [InlineData("~", "null")]
    [InlineData("2026-01-31", "\"2026-01-31\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("&x {a: *x}", null)]
    [InlineData("a: &x 1\nb: *x", "{\"a\":1,\"b\":1}")]
    public void Json_OfScalar_IsAsKubectlTakesIt(string yaml, string? json)
    {
        var problems = new List<Problem>();
        var composer = new YamlComposer(new StringReader(yaml), "x", problems);
        if (json is null) Assert.ThrowsAny<Exception>(() => composer.Next());
        else Assert.Equal(json, JsonWithPositions.Of(composer.Next()!).Json.GetRawText());
    }

    [Fact]
    public void Aliases_ThatGrowWithoutBound_AreRefused()
    {
        var lines = Enumerable.Range(1, 30).Select(i => $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]").Prepend("a0: &a0 x");
        var composer = new YamlComposer(new StringReader(string.Join('\n', lines)), "x", []);
        Assert.ThrowsAny<Exception>(() => JsonWithPositions.Of(composer.Next()!));
    }
}
