using System.Text.Json;
using CsCheck;
using ImageOperator.Api.Common;

namespace ImageOperator.Api.Tests.Common;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0s", 0, "0s")]
    [InlineData("90s", 90, "1m30s")]
    [InlineData("1.5h", 5400, "1h30m")]
    [InlineData("1h30m", 5400, "1h30m")]
    [InlineData("30m1h", 5400, "1h30m")]
    [InlineData("500ms", 0.5, "500ms")]
    [InlineData("1m0.25s", 60.25, "1m250ms")]
    [InlineData("25h", 90000, "25h")]
    [InlineData("87672h", 315619200, "87672h")]
    public void Parse_GoForm_IsReadAndWritten(string text, double seconds, string written)
    {
        var duration = Duration.Parse(text);

        Assert.Equal(TimeSpan.FromSeconds(seconds), duration.Value);
        Assert.Equal(written, duration.ToString());
        Assert.Equal(duration, JsonSerializer.Deserialize<Duration>(JsonSerializer.Serialize(duration)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 m")]
    [InlineData("-5m")]
    [InlineData("5d")]
    [InlineData("m")]
    [InlineData(".5s")]
    [InlineData("5m\n")]
    [InlineData("87673h")]
    [InlineData("99999999999999999999999999h")]
    public void TryParse_Other_IsRefused(string? text) => Assert.False(Duration.TryParse(text, out _));

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Read_NoString_IsAJsonError(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Duration>(json));

    [Fact]
    public void ToString_AnyMilliseconds_RoundTrips() => Gen.Long[0, 315_619_200_000].Sample(milliseconds =>
    {
        var duration = new Duration(TimeSpan.FromMilliseconds(milliseconds));
        return Duration.Parse(duration.ToString()) == duration;
    });

    [Fact]
    public void TryParse_AnyText_DoesNotThrow() => Gen.String[Gen.Char["0123456789.hms n-"], 0, 70].Sample(text => { _ = Duration.TryParse(text, out _); });
}
