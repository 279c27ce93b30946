using System.Net;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud.Sessions;

namespace ImageOperator.Platforms.Contract.Tests.Aws.SessionManager;

/// <summary>Why there is no tunnel, as data: the layer, the reason, what to do.</summary>
public sealed class TunnelDiagnosisTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agent_HasNotReported_AndThereIsNoProfile()
    {
        await using var tunnel = new Tunnel(agent: () => null, profile: null);
        await FailsAsync(tunnel, ConnectionReason.AgentOffline, final: false, "has not reported to Systems Manager in eu-central-1", "set aws.iamInstanceProfile", "AmazonSSMManagedInstanceCore");
        Assert.DoesNotContain("StartSession", tunnel.Calls);
    }

    [Fact]
    public async Task Agent_HasNotReported_WithAProfile()
    {
        await using var tunnel = new Tunnel(agent: () => null);
        await FailsAsync(tunnel, ConnectionReason.AgentOffline, final: false, "has not reported", "instance-profile/builders", "amazon-ssm-agent", "ssm, ssmmessages and ec2messages");
    }

    [Fact]
    public async Task Agent_WasLost()
    {
        await using var tunnel = new Tunnel(agent: () => new(false, null));
        await FailsAsync(tunnel, ConnectionReason.AgentOffline, final: false, "is ConnectionLost (version 3.3.1611.0)", "boots anew");
    }

    [Fact]
    public async Task Agent_IsNotConnected()
    {
        await using var tunnel = new Tunnel { Refuse = Refusing("StartSession", "TargetNotConnected") };
        await FailsAsync(tunnel, ConnectionReason.AgentOffline, final: false, "is not connected", "endpoint ssmmessages");
    }

    [Fact]
    public async Task Document_IsNotThere()
    {
        await using var tunnel = new Tunnel();
        tunnel.Service.Documents = [];
        await FailsAsync(tunnel, ConnectionReason.TunnelDenied, final: true, "InvalidDocument", "AWS-StartSSHSession");
    }

    [Theory]
    [InlineData("DescribeInstanceInformation")]
    [InlineData("StartSession")]
    public async Task Permission_IsMissing(string action)
    {
        await using var tunnel = new Tunnel { Refuse = Refusing(action, "AccessDeniedException") };
        await FailsAsync(tunnel, ConnectionReason.TunnelDenied, final: true, "AccessDeniedException", $"must allow ssm:{action}");
    }

    [Fact]
    public async Task Websocket_IsForbidden_AndTheSessionIsEnded()
    {
        await using var tunnel = new Tunnel { SocketStatus = HttpStatusCode.Forbidden };
        await FailsAsync(tunnel, ConnectionReason.TunnelDenied, final: true, "status 403", "ssmmessages:OpenDataChannel");
        Assert.Equal("TerminateSession", tunnel.Calls[^1]);
        Assert.True(tunnel.Session.IsOver);
    }

    [Fact]
    public async Task Websocket_IsBroken()
    {
        await using var tunnel = new Tunnel { SocketStatus = HttpStatusCode.BadGateway };
        await FailsAsync(tunnel, ConnectionReason.TunnelFailed, final: false, "no websocket to the service", "on port 443, by websocket too");
    }

    [Fact]
    public async Task Port_IsClosed()
    {
        await using var tunnel = new Tunnel(listens: false);
        await FailsAsync(tunnel, ConnectionReason.Refused, final: false, "Unable to connect to specified port", "communicator.ssh.port");
    }

    [Fact]
    public async Task Agent_AsksForEncryption()
    {
        await using var tunnel = new Tunnel(new Trouble { AskForEncryption = true });
        await FailsAsync(tunnel, ConnectionReason.TunnelFailed, final: false, "encryption by a KMS key", "session preferences");
    }

    [Fact]
    public async Task Secrets_AreNeverTold()
    {
        await using var tunnel = new Tunnel(new Trouble { BreakAfter = [3] });
        var token = "";
        tunnel.Refuse = r => r.Action == "ResumeSession" ? AwsAnswer.Error("ssm", HttpStatusCode.BadRequest, "DoesNotExistException", "no such session") : null;
        var serving = tunnel.ServeAsync(10_000, 0, []);
        await using var connection = await tunnel.Dialer.DialAsync(Stop);
        token = tunnel.Session.LastToken;
        var error = await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true) await connection.WriteAsync(new byte[5000], Stop);
        });
        await tunnel.Session.EndAsync("");
        await serving;

        Assert.NotEmpty(token);
        foreach (var text in tunnel.Said.Append(error.ToString()))
        {
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
            Assert.DoesNotContain("very-secret", text, StringComparison.Ordinal);
        }
    }

    private static Func<AwsRequest, AwsAnswer?> Refusing(string action, string code) =>
        r => r.Action == action ? AwsAnswer.Error("ssm", HttpStatusCode.BadRequest, code, "injected") : null;

    private static async Task FailsAsync(Tunnel tunnel, ConnectionReason reason, bool final, params string[] told)
    {
        var error = await Assert.ThrowsAsync<ConnectionException>(() => tunnel.Dialer.DialAsync(Stop));
        Assert.Equal((reason, final), (error.Reason, error.IsFinal));
        foreach (var part in told) Assert.Contains(part, $"{error.Message}\n{error.Hint}", StringComparison.Ordinal);
    }
}
