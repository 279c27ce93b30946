using System.Text.Json.Serialization;

namespace ImageOperator.Api.ImageBuilds;

/// <summary>The layers of a session, from the wire up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConnectionLayer>))]
public enum ConnectionLayer
{
    /// <summary>The machine has ended.</summary>
    Machine,

    /// <summary>A proxy on the way does not pass the connection on.</summary>
    Proxy,

    /// <summary>A bastion on the way does not pass the connection on.</summary>
    Bastion,

    /// <summary>The platform's tunnel to the machine is not there.</summary>
    Tunnel,

    /// <summary>No route to the address, or no answer.</summary>
    Network,

    /// <summary>The port is closed.</summary>
    Refused,

    /// <summary>The port is open, but no server of the protocol greets there.</summary>
    Banner,

    /// <summary>No common algorithms.</summary>
    KeyExchange,

    /// <summary>The server's host key is not one that is pinned.</summary>
    HostKey,

    /// <summary>The server refuses the login.</summary>
    Authentication,

    /// <summary>The session was there and broke.</summary>
    Session,

    /// <summary>The session is there, but the guest is not fit to work in.</summary>
    Guest,
}
