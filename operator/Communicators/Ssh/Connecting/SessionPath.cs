using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Keys;
using ImageOperator.Communicators.Ssh.Routes;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Connecting;

/// <summary>How a machine is reached, who logs in there, and which host keys it may show.</summary>
internal sealed record SessionPath(IRoute Route, LoginIdentity Identity, PinnedKeys HostKeys, IReadOnlyList<string> BastionUsers)
{
    /// <summary>The path of the settings; no connection is made yet. A password that the machine made counts where the settings give none.</summary>
    public static SessionPath Create(SshCommunicator settings, MachineCredentials credentials, SecretValues secrets, TimeProvider time, IRoute? first = null, string? machinePassword = null)
    {
        var route = first ?? new DirectRoute();
        if (settings.Proxy is { } proxy)
        {
            var endpoint = new MachineEndpoint(proxy.Host, proxy.Port);
            var password = secrets.Find(proxy.Password)?.Trim();
            route = proxy.Type == SshProxyType.SOCKS5
                ? new Socks5Route(route, endpoint, proxy.Username, password, time)
                : new HttpConnectRoute(route, endpoint, proxy.Username, password, time);
        }

        for (var i = 0; i < settings.Bastions.Count; i++)
        {
            var bastion = settings.Bastions[i];
            route = new BastionRoute(
                route,
                new MachineEndpoint(bastion.Host, bastion.Port),
                secrets.Identity(bastion.User, secrets.Find(bastion.PrivateKey), bastion.Passphrase, bastion.Certificate, bastion.Password),
                new PinnedKeys(bastion.HostKeys),
                $"bastions[{i}]",
                settings.KeepAliveInterval.Value,
                time);
        }

        var identity = secrets.Identity(credentials.User, credentials.PrivateKey, settings.Passphrase, settings.Certificate, settings.Password);
        return new(
            route,
            identity.Password is null ? identity with { Password = machinePassword } : identity,
            new PinnedKeys([credentials.HostPublicKey, .. settings.HostKeys]),
            [.. settings.Bastions.Select(b => b.User)]);
    }

    /// <summary>Who logs in at a host on the way; null: at the machine.</summary>
    public string UserOf(string? hop)
    {
        if (hop is null) return Identity.User;
        for (var i = 0; i < BastionUsers.Count; i++)
        {
            if (hop == $"bastions[{i}]") return BastionUsers[i];
        }

        return "";
    }
}
