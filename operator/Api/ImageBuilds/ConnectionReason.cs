using System.Text.Json.Serialization;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>Why there is no session to a machine, or none to work with: a closed, documented vocabulary. Each belongs to one layer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConnectionReason>))]
public enum ConnectionReason
{
    /// <summary>The machine ended by itself, or was killed.</summary>
    MachineEnded,

    /// <summary>The name does not resolve.</summary>
    NameUnknown,

    /// <summary>There is no route to the address.</summary>
    NoRoute,

    /// <summary>Nothing answers at the address: packets are dropped, or the machine is off.</summary>
    NoAnswer,

    /// <summary>The port is closed.</summary>
    Refused,

    /// <summary>Connections are accepted and closed at once.</summary>
    ClosedAtOnce,

    /// <summary>Something listens that is no SSH server.</summary>
    OtherService,

    /// <summary>Connections are accepted, but the SSH server has not greeted.</summary>
    NoGreeting,

    /// <summary>No algorithm in common.</summary>
    NoCommonAlgorithm,

    /// <summary>The server broke off during the key exchange.</summary>
    KeyExchangeBroken,

    /// <summary>The server shows a host key that is not pinned.</summary>
    WrongHostKey,

    /// <summary>The server has no host key of a type that is asked for.</summary>
    NoHostKey,

    /// <summary>The server accepts none of the keys and passwords; or it does not let the user in at all, which it does not tell.</summary>
    LoginRefused,

    /// <summary>The server accepted the key or password, but does not let the user in: the account is expired, or logins are closed.</summary>
    AccountClosed,

    /// <summary>The user certificate is no longer valid, or not yet.</summary>
    CertificateExpired,

    /// <summary>A given private key, passphrase or certificate cannot be used.</summary>
    KeyUnusable,

    /// <summary>The proxy wants other credentials, or some at all.</summary>
    ProxyLoginRefused,

    /// <summary>The proxy's rules do not allow the connection.</summary>
    ProxyDenied,

    /// <summary>The proxy fails, or speaks another protocol.</summary>
    ProxyFailed,

    /// <summary>The bastion does not allow forwarding to the address.</summary>
    ForwardingDenied,

    /// <summary>The platform's tunnel has no agent in the machine to connect to: it has not reported, or no longer does.</summary>
    AgentOffline,

    /// <summary>The platform does not open its tunnel: a permission is missing, or a setting forbids it.</summary>
    TunnelDenied,

    /// <summary>The platform's tunnel fails, or ends before there is a connection to the machine's port.</summary>
    TunnelFailed,

    /// <summary>The server opens no channel, or runs no commands.</summary>
    CommandsDenied,

    /// <summary>The peer has not answered for three probes.</summary>
    PeerSilent,

    /// <summary>The session ended or was cut.</summary>
    SessionBroken,

    /// <summary>The guest has booted anew while it was used.</summary>
    GuestRebooted,

    /// <summary>The guest boots again and again.</summary>
    RebootLoop,

    /// <summary>The guest was told to reboot and did not, or did not come back.</summary>
    RebootFailed,

    /// <summary>The user's login shell ends instead of running commands.</summary>
    ShellExits,

    /// <summary>sudo asks for a password.</summary>
    SudoAsks,

    /// <summary>A file system that the build writes to is full.</summary>
    DiskFull,

    /// <summary>The guest's clock is far off.</summary>
    ClockWrong,

    /// <summary>cloud-init reports errors.</summary>
    CloudInitFailed,

    /// <summary>cloud-init has not finished in time.</summary>
    CloudInitTimeout,
}
