using System.Text.Json;
using CsCheck;
using ImageOperator.Api.Common;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Tests.Common;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", 0, "0")]
    [InlineData("1", 1, "1")]
    [InlineData("512Mi", 536870912, "512Mi")]
    [InlineData("1024Mi", 1073741824, "1Gi")]
    [InlineData("1.5Gi", 1610612736, "1536Mi")]
    [InlineData("10G", 10000000000, "9765625Ki")]
    [InlineData("1k", 1000, "1000")]
    [InlineData("0.1Ki", 103, "103")]
    [InlineData("99Pi", 111464090777419776, "99Pi")]
    public void Parse_Quantity_IsReadAndWritten(string text, long bytes, string written)
    {
        var quantity = Quantity.Parse(text);

        Assert.Equal(bytes, quantity.Bytes);
        Assert.Equal(written, quantity.ToString());
        Assert.Equal(quantity, JsonSerializer.Deserialize<Quantity>(JsonSerializer.Serialize(quantity)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2GB")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("1 Gi")]
    [InlineData("1Gi\n")]
    [InlineData("999999999999Pi")]
    [InlineData("99999999999999999999999999999999")]
    public void TryParse_Other_IsRefused(string? text) => Assert.False(Quantity.TryParse(text, out _));

    [Fact]
    public void Read_Number_IsBytes() => Assert.Equal(new Quantity(1024), JsonSerializer.Deserialize<Quantity>("1024"));

    [Fact]
    public void ToString_AnyBytes_RoundTripsAndMatchesThePattern() => Gen.Long[0, Quantity.MaxBytes].Sample(bytes =>
    {
        var quantity = new Quantity(bytes);
        return Quantity.Parse(quantity.ToString()) == quantity && SchemaText.Matches(Quantity.QuantityPattern, quantity.ToString());
    });

    [Fact]
    public void TryParse_WhatTheServerAccepts_IsReadAndWrittenSo()
    {
        string[] suffixes = ["", "k", "Ki", "M", "Mi", "G", "Gi", "T", "Ti", "P", "Pi"];
        var text = Gen.Select(Gen.String[Gen.Char["0123456789"], 1, 12], Gen.Int[0, suffixes.Length - 1], (n, s) => n + suffixes[s]);
        text.Where(t => SchemaText.Matches(Quantity.QuantityPattern, t))
            .Sample(t => Quantity.TryParse(t, out var quantity) && SchemaText.Matches(Quantity.QuantityPattern, quantity.ToString()));
    }
}
