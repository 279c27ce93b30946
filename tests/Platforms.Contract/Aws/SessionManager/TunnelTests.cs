using System.Security.Cryptography;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud.Sessions;

namespace ImageOperator.Platforms.Contract.Tests.Aws.SessionManager;

/// <summary>Bytes through a session of Session Manager: all arrive, once and in order, whatever happens to messages and websockets.</summary>
public sealed class TunnelTests(ITestOutputHelper output)
{
    private const int Up = 3_000_000;
    private const int Down = 300_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Troubles => [.. s_troubles.Keys];

    private static readonly Dictionary<string, Trouble> s_troubles = new()
    {
        ["none"] = new(),
        ["messages are lost"] = new() { LoseInput = 211, LoseOutput = 37 },
        ["acknowledgements are lost"] = new() { LoseAcknowledgement = 97 },
        ["messages are out of order and doubled"] = new() { SwapOutput = 5, DoubleOutput = 3 },
        ["the agent is away for a while"] = new() { PauseAfter = 700 },
        ["the websocket breaks in the midst of an upload"] = new() { BreakAfter = [400, 1500, 1501] },
        ["the websocket breaks in the midst of a download"] = new() { BreakOutputAfter = [60, 200] },
        ["all of it"] = new() { LoseInput = 333, LoseAcknowledgement = 411, LoseOutput = 71, SwapOutput = 13, DoubleOutput = 7, BreakAfter = [900], BreakOutputAfter = [100], PauseAfter = 2000 },
    };

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task Transfer_InBothDirections_AllArrives(string name)
    {
        var trouble = s_troubles[name];
        await using var tunnel = new Tunnel(trouble);
        var (up, down) = (RandomNumberGenerator.GetBytes(Up), RandomNumberGenerator.GetBytes(Down));
        var serving = tunnel.ServeAsync(Up, Down, down);

        await using (var connection = await tunnel.Dialer.DialAsync(Stop))
        {
            Assert.Equal("hello"u8.ToArray(), await ReadAsync(connection, 5));
            await connection.WriteAsync(up, Stop);
            Assert.Equal(SHA256.HashData(up), await ReadAsync(connection, SHA256.HashSizeInBytes));
            Assert.Equal(down, await ReadAsync(connection, Down));
            Assert.False(tunnel.Session.IsOver);
        }

        await serving;
        output.WriteLine($"{name}: resumed {tunnel.Session.Resumed} times; calls: {string.Join(", ", tunnel.Calls)}");
        Assert.InRange(tunnel.Session.Resumed, trouble.BreakAfter.Count + trouble.BreakOutputAfter.Count, int.MaxValue);
        Assert.Equal(Up, tunnel.Session.Received);
        Assert.True(tunnel.Session.IsOver);
        Assert.Equal("TerminateSession", tunnel.Calls[^1]);
    }

    [Fact]
    public async Task Connection_TheMachineCloses_EndsTheStream()
    {
        await using var tunnel = new Tunnel();
        var accepting = tunnel.AcceptAsync();
        var dialing = tunnel.Dialer.DialAsync(Stop);
        using (var machine = await accepting) await machine.SendAsync("bye"u8.ToArray());

        await using var connection = await dialing;

        Assert.Equal("bye"u8.ToArray(), await ReadAsync(connection, 3));
        var ended = await Assert.ThrowsAsync<IOException>(async () => await connection.ReadExactlyAsync(new byte[1], Stop));
        Assert.Contains("the agent closed it", ended.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_IsEndedByAnother_WritesAndReadsFail()
    {
        await using var tunnel = new Tunnel(new() { CloseAfter = 50 });
        var serving = tunnel.ServeAsync(Up, 0, []);
        await using var connection = await tunnel.Dialer.DialAsync(Stop);
        await ReadAsync(connection, 5);

        var write = await Assert.ThrowsAsync<IOException>(async () => await connection.WriteAsync(new byte[Up], Stop));
        var read = await Assert.ThrowsAsync<IOException>(async () => await connection.ReadExactlyAsync(new byte[1], Stop));

        Assert.Contains("ended by an administrator", write.Message, StringComparison.Ordinal);
        Assert.Contains("ended by an administrator", read.Message, StringComparison.Ordinal);
        await serving;
    }

    [Fact]
    public async Task Session_IsOverWhenItIsResumed_TheConnectionEnds()
    {
        await using var tunnel = new Tunnel(new() { BreakAfter = [50] });
        var serving = tunnel.ServeAsync(Up, 0, []);
        tunnel.Refuse = r => r.Action == "ResumeSession" ? Cloud.AwsAnswer.Error("ssm", System.Net.HttpStatusCode.BadRequest, "DoesNotExistException", "no such session") : null;
        await using var connection = await tunnel.Dialer.DialAsync(Stop);
        await ReadAsync(connection, 5);

        var write = await Assert.ThrowsAsync<IOException>(async () => await connection.WriteAsync(new byte[Up], Stop));

        Assert.Contains("cannot be resumed: the session is over", write.Message, StringComparison.Ordinal);
        await tunnel.Session.EndAsync("");
        await serving;
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int size)
    {
        var bytes = new byte[size];
        await stream.ReadExactlyAsync(bytes, Stop);
        return bytes;
    }
}
