using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Keys;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh;

/// <summary>Sessions over SSH, with keys made for each machine.</summary>
/// <param name="time">The clock.</param>
public sealed class SshCommunicatorFactory(TimeProvider time) : ICommunicatorFactory
{
    /// <inheritdoc/>
    public bool Supports(Communicator settings) => settings.Ssh is not null;

    /// <inheritdoc/>
    public MachineCredentials CreateCredentials(Communicator settings)
    {
        WarmUp.Begin();
        var login = Ed25519KeyPair.Create("imageoperator");
        var host = Ed25519KeyPair.Create("imageoperator-host");
        return new MachineCredentials
        {
            User = SettingsOf(settings).User,
            PrivateKey = login.PrivatePem,
            PublicKey = login.PublicLine,
            HostPrivateKey = host.PrivatePem,
            HostPublicKey = host.PublicLine,
        };
    }

    /// <inheritdoc/>
    public async Task<ICommunicator> ConnectAsync(ConnectRequest request, CancellationToken cancellationToken)
    {
        WarmUp.Begin();
        var line = new SessionLine(request, SettingsOf(request.Settings), time);
        await line.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return new SshSession(line);
    }

    private static SshCommunicator SettingsOf(Communicator settings) =>
        settings.Ssh ?? throw new ArgumentException("these are not settings of SSH", nameof(settings));
}
