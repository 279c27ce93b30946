using System.Net.Sockets;
using System.Reflection;
using Renci.SshNet;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>
/// Makes an SSH.NET session over a socket that is already connected. SSH.NET 2026.0.0 keeps its connector internal (its next
/// version makes it public as ConnectionInfo.ConnectionHandler: then this file goes); a proxy stands in for it, because
/// connecting once more would cost the guest a fork of its server, and a relay a copy of each byte.
/// </summary>
internal static class HandedSocket
{
    private static readonly Assembly Library = typeof(Session).Assembly;
    private static readonly Type Factory = Internal("Renci.SshNet.ServiceFactory");
    private static readonly Type FactoryPort = Internal("Renci.SshNet.IServiceFactory");
    private static readonly Type ConnectorPort = Internal("Renci.SshNet.Connection.IConnector");

    public static Session CreateSession(ConnectionInfo info, Socket socket)
    {
        var connector = DispatchProxy.Create(ConnectorPort, typeof(ConnectorProxy));
        ((ConnectorProxy)connector).Socket = socket;
        var factory = DispatchProxy.Create(FactoryPort, typeof(FactoryProxy));
        ((FactoryProxy)factory).Connector = connector;
        var real = ((FactoryProxy)factory).Real;
        var sockets = FactoryPort.GetMethod("CreateSocketFactory")!.Invoke(real, null);
        return (Session)Activator.CreateInstance(
            typeof(Session), BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, null, [info, factory, sockets], null)!;
    }

    private static Type Internal(string name) => Library.GetType(name, throwOnError: true)!;

    // Proxies must be inheritable.
    internal class FactoryProxy : DispatchProxy
    {
        public object Real { get; } = Activator.CreateInstance(Factory, nonPublic: true)!;

        public object? Connector { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == "CreateConnector"
            ? Connector
            : targetMethod.Invoke(Real, BindingFlags.DoNotWrapExceptions, null, args, null);
    }

    internal class ConnectorProxy : DispatchProxy
    {
        public Socket? Socket { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            "Connect" => Socket,
            "ConnectAsync" => Task.FromResult(Socket),
            _ => null,
        };
    }
}
