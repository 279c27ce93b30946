using System.Diagnostics;
using System.Text.Json;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Tests.Validation;

public sealed class ParameterTests
{
    [Theory]
    [InlineData("\"text\"", "text")]
    [InlineData("1.50", "1.50")]
    [InlineData("-3", "-3")]
    [InlineData("true", "true")]
    [InlineData("false", "false")]
    [InlineData("\"\"", "")]
    [InlineData("{\"b\": [1.50, true, null], \"a\": {}}", "{\"a\":{},\"b\":[1.50,true,null]}")]
    public void Text_OfAValue_IsItsJsonWithoutQuotes(string json, string expected) =>
        Assert.Equal(expected, ParameterValues.Text(JsonDocument.Parse(json).RootElement));

    [Fact]
    public void Resolve_TakesTheBuildsValueThenTheDefaultAndNoSecret()
    {
        Parameter[] parameters =
        [
            new() { Name = "a", Default = Json("\"1\"") },
            new() { Name = "b", Default = Json("\"1\"") },
            new() { Name = "c", SecretKeyRef = new() { Name = "s", Key = "k" } },
            new() { Name = "d" },
        ];

        var values = ParameterValues.Resolve(parameters, new Dictionary<string, JsonElement> { ["b"] = Json("\"2\""), ["c"] = Json("\"leak\"") });

        Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }, values);
    }

    [Theory]
    [InlineData("a+", "aaa", true)]
    [InlineData("a+", "aab", false)]
    [InlineData("a|b", "ab", false)]
    [InlineData("^a$", "a", true)]
    [InlineData("a", "a\n", false)]
    public void Pattern_IsAnchored(string pattern, string value, bool matches) =>
        Assert.Equal(matches, ParameterPattern.IsMatch(ParameterPattern.TryCompile(pattern, out _)!, value));

    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|a)*b")]
    [InlineData("(.*a){20}")]
    [InlineData("((a{100}){100}){100}")]
    public void Pattern_Hostile_CostsLittle(string pattern)
    {
        var clock = Stopwatch.StartNew();

        if (ParameterPattern.TryCompile(pattern, out var error) is { } regex) ParameterPattern.IsMatch(regex, new string('a', 10_000) + "!");
        else Assert.NotEmpty(error);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
