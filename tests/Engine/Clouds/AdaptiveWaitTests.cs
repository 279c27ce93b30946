using ImageOperator.Engine.Clouds;

namespace ImageOperator.Engine.Tests.Clouds;

public sealed class AdaptiveWaitTests
{
    private readonly AdaptiveWait _image = new("image", TimeSpan.FromMinutes(2));

    [Theory]
    [InlineData(0, 20)]
    [InlineData(60, 10)]
    [InlineData(119, 2)]
    [InlineData(130, 2)]
    [InlineData(180, 10)]
    [InlineData(3600, 30)]
    public void Pause_IsShortNearTheExpectedEnd(int elapsed, double seconds) => Assert.Equal(seconds, _image.Pause(TimeSpan.FromSeconds(elapsed)).TotalSeconds);

    [Fact]
    public void Jittered_IsNeverShorterThanTheCloudWishes()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.InRange(_image.Jittered(TimeSpan.FromSeconds(119)).TotalSeconds, 2, 2.4);
            Assert.InRange(_image.Jittered(TimeSpan.FromSeconds(119), TimeSpan.FromSeconds(10)).TotalSeconds, 10, 12);
        }
    }
}
