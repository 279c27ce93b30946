namespace ImageOperator.Api.ImageBuilds;

/// <summary>Which layer a reason belongs to.</summary>
public static class ConnectionReasons
{
    /// <summary>The layer.</summary>
    public static ConnectionLayer Layer(this ConnectionReason reason) => reason switch
    {
        ConnectionReason.MachineEnded => ConnectionLayer.Machine,
        ConnectionReason.NameUnknown or ConnectionReason.NoRoute or ConnectionReason.NoAnswer => ConnectionLayer.Network,
        ConnectionReason.Refused or ConnectionReason.ClosedAtOnce => ConnectionLayer.Refused,
        ConnectionReason.OtherService or ConnectionReason.NoGreeting => ConnectionLayer.Banner,
        ConnectionReason.NoCommonAlgorithm or ConnectionReason.KeyExchangeBroken => ConnectionLayer.KeyExchange,
        ConnectionReason.WrongHostKey or ConnectionReason.NoHostKey => ConnectionLayer.HostKey,
        ConnectionReason.LoginRefused or ConnectionReason.AccountClosed or ConnectionReason.CertificateExpired or ConnectionReason.KeyUnusable =>
            ConnectionLayer.Authentication,
        ConnectionReason.ProxyLoginRefused or ConnectionReason.ProxyDenied or ConnectionReason.ProxyFailed => ConnectionLayer.Proxy,
        ConnectionReason.ForwardingDenied => ConnectionLayer.Bastion,
        ConnectionReason.AgentOffline or ConnectionReason.TunnelDenied or ConnectionReason.TunnelFailed => ConnectionLayer.Tunnel,
        ConnectionReason.CommandsDenied or ConnectionReason.PeerSilent or ConnectionReason.SessionBroken or ConnectionReason.GuestRebooted
            or ConnectionReason.RebootLoop or ConnectionReason.RebootFailed => ConnectionLayer.Session,
        _ => ConnectionLayer.Guest,
    };
}
