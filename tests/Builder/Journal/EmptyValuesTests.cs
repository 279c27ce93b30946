using System.Text.Json.Nodes;
using ImageOperator.Builder.Journal;

namespace ImageOperator.Builder.Tests.Journal;

public sealed class EmptyValuesTests
{
    [Theory]
    [InlineData("""{"a":"","b":1}""", """{"b":1}""")]
    [InlineData("""{"a":[],"b":{"c":""},"d":[{}, "x"]}""", """{"d":["x"]}""")]
    [InlineData("""{"a":null,"b":false,"c":0}""", """{"b":false,"c":0}""")]
    public void Prune_EmptyValues_AreLeftOut(string json, string expected) =>
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), EmptyValues.Prune(JsonNode.Parse(json))!.ToJsonString());

    [Fact]
    public void Prune_NothingButEmpty_IsNull() => Assert.Null(EmptyValues.Prune(JsonNode.Parse("""{"a":[""]}""")));
}
