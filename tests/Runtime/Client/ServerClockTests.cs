using ImageOperator.Runtime.Client;
using ImageOperator.Runtime.Tests.Testbed;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Runtime.Tests.Client;

public sealed class ServerClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider time = new(Start);
    private readonly JumpingClock wall;
    private readonly ServerClock clock;

    public ServerClockTests()
    {
        wall = new(time);
        clock = new(wall);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void WallClockJumps_NowGoesOn(int hours)
    {
        clock.Observe(Start);
        wall.Offset = TimeSpan.FromHours(hours);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Start.AddSeconds(10), clock.GetUtcNow());
        clock.Observe(Start.AddSeconds(10));
        Assert.Equal(Start.AddSeconds(10), clock.GetUtcNow());
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public void StartedWithAWrongWallClock_TheFirstAnswerSetsIt(int minutes)
    {
        clock.Observe(Start.AddMinutes(minutes));
        Assert.Equal(Start.AddMinutes(minutes), clock.GetUtcNow());
    }

    [Fact]
    public void SlowAnswers_MoveNothing()
    {
        clock.Observe(Start);
        time.Advance(TimeSpan.FromMilliseconds(1900));
        clock.Observe(Start);
        Assert.Equal(Start.AddMilliseconds(1900), clock.GetUtcNow());
    }

    [Fact]
    public void ServerIsSetBack_IsFollowed()
    {
        clock.Observe(Start);
        clock.Observe(Start.AddHours(-1));
        Assert.Equal(Start.AddHours(-1).AddSeconds(2), clock.GetUtcNow());
    }

    [Fact]
    public void Drift_IsCorrectedByAsLittleAsNeeded()
    {
        clock.Observe(Start);
        clock.Observe(Start.AddSeconds(5));
        Assert.Equal(Start.AddSeconds(4), clock.GetUtcNow());
    }
}
