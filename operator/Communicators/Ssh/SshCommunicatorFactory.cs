using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Communicators.Ssh.Keys;
using ImageOperator.Communicators.Ssh.Routes;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh;

/// <summary>Sessions over SSH, with host keys made for each machine, and with login keys made for it or given.</summary>
public sealed class SshCommunicatorFactory : ICommunicatorFactory
{
    private readonly TimeProvider _time;
    private readonly SecretValues _secrets;
    private readonly Func<IRoute> _firstRoute;

    /// <summary>Creates it.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="secrets">The Secrets that settings may name; null: there are none.</param>
    public SshCommunicatorFactory(TimeProvider time, ISecretSource? secrets = null)
        : this(time, secrets, () => new DirectRoute())
    {
    }

    internal SshCommunicatorFactory(TimeProvider time, ISecretSource? secrets, Func<IRoute> firstRoute)
    {
        _time = time;
        _secrets = new SecretValues(secrets);
        _firstRoute = firstRoute;
    }

    /// <inheritdoc/>
    public bool Supports(Communicator settings) => settings.Ssh is not null;

    /// <inheritdoc/>
    /// <exception cref="ConnectionException">A given key cannot be used.</exception>
    public MachineCredentials CreateCredentials(Communicator settings)
    {
        WarmUp.Begin();
        var ssh = SettingsOf(settings);
        var login = ssh.PrivateKey is null ? Ed25519KeyPair.Create("imageoperator") : Given(ssh);
        var host = Ed25519KeyPair.Create("imageoperator-host");
        return new MachineCredentials
        {
            User = ssh.User,
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
        var settings = SettingsOf(request.Settings);
        var line = new SessionLine(request, settings, SessionPath.Create(settings, request.Credentials, _secrets, _time, request.Machine.Dialer is { } dialer ? new DialedRoute(dialer) : _firstRoute(), request.Machine.Password), _time);
        try
        {
            await line.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return new SshSession(line);
        }
        catch
        {
            await line.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The given key as it goes into the machine: its public half, without the certificate.</summary>
    private Ed25519KeyPair Given(SshCommunicator ssh)
    {
        var identity = _secrets.Identity(ssh.User, _secrets.Find(ssh.PrivateKey), ssh.Passphrase, ssh.Certificate, null);
        var (key, failure) = identity.ReadKey(_time.GetUtcNow());
        if (key is null) throw new ConnectionException(failure!.Reason, failure.Text, ConnectionHints.For(failure.Reason, ssh.User), failure.Error);
        using (key)
        {
            return new(identity.PrivateKey!, PublicLine.Of(key.File));
        }
    }

    private static SshCommunicator SettingsOf(Communicator settings) =>
        settings.Ssh ?? throw new ArgumentException("these are not settings of SSH", nameof(settings));
}
