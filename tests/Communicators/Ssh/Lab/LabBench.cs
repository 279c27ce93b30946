using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Communicators.Ssh.Routes;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests.Lab;

/// <summary>A network, its Secrets and how the guest in it is talked to.</summary>
internal sealed class LabBench : IAsyncDisposable
{
    private readonly Sessions.Log _log = new();

    private LabBench(LabNetwork network)
    {
        Network = network;
        Factory = new SshCommunicatorFactory(TimeProvider.System, Secrets, () => new DirectRoute(Network.OpenSocket));
        Credentials = Factory.CreateCredentials(new() { Ssh = new() { User = LabGuest.User } });
    }

    public LabNetwork Network { get; }

    public LabSecrets Secrets { get; } = new();

    public SshCommunicatorFactory Factory { get; }

    public MachineCredentials Credentials { get; set; }

    /// <summary>What the machine has made for its administrator.</summary>
    public string? MachinePassword { get; set; }

    /// <summary>What the sessions warned of.</summary>
    public IReadOnlyCollection<string> Warnings => _log.Warnings;

    public static async Task<LabBench> CreateAsync() => new(await LabNetwork.CreateAsync());

    public static SshCommunicator Settings(double timeout = 2) => new()
    {
        User = LabGuest.User,
        Timeout = Duration.FromSeconds(timeout),
        KeepAliveInterval = Duration.FromSeconds(0.5),
    };

    public Task<ICommunicator> ConnectAsync(SshCommunicator? settings = null, string host = LabNetwork.GuestAddress, int port = 22) => Factory.ConnectAsync(
        new ConnectRequest(new() { Ssh = settings ?? Settings(20) }, new FakeMachine(port, host) { Password = MachinePassword }, Credentials, _log), TestContext.Current.CancellationToken);

    /// <summary>Fails as expected, with a hint, within the time and a little more.</summary>
    public async Task<ConnectionException> FailsAsync(
        ConnectionReason reason, string text, SshCommunicator? settings = null, string host = LabNetwork.GuestAddress, string? hop = null)
    {
        settings ??= Settings();
        var error = await Assert.ThrowsAsync<ConnectionException>(async () =>
        {
            await using var session = await ConnectAsync(settings, host);
        });
        TestContext.Current.SendDiagnosticMessage($"{error.Layer}/{error.Reason}: {error.Message}");
        Assert.Equal((reason, hop, error.Message), (error.Reason, error.Hop, error.Message));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        var user = hop is null ? settings.User : settings.Bastions.Count > 0 ? settings.Bastions[0].User : "";
        Assert.Equal(ConnectionHints.For(reason, user, hop), error.Hint);
        return error;
    }

    public ValueTask DisposeAsync() => Network.DisposeAsync();
}
