using ImageOperator.Runtime.Events;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Runtime.Tests.Events;

public sealed class TokenBucketTests
{
    [Fact]
    public void TryTake_BurstThenRefill()
    {
        var time = new FakeTimeProvider();
        var bucket = new TokenBucket(time, 2, TimeSpan.FromSeconds(10));
        Assert.True(bucket.IsFull && bucket.TryTake() && bucket.TryTake());
        Assert.False(bucket.TryTake());
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(bucket.TryTake());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bucket.TryTake());
        time.Advance(TimeSpan.FromHours(1));
        Assert.True(bucket.IsFull);
    }
}
