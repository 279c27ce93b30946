using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ImageOperator.EndToEnd.Tests.Observability;

/// <summary>Sockets in the network of another process: pods of the development cluster reach nothing outside of it.</summary>
internal static class NetworkNamespace
{
    private const int NetworkOnly = 0x40000000; // CLONE_NEWNET

    /// <summary>A listening socket in the process's network, on any free port.</summary>
    public static Socket Listen(int process)
    {
        Socket? socket = null;
        Exception? error = null;
        // The namespace is the thread's: a thread of its own, which ends afterwards.
        var thread = new Thread(() =>
        {
            try
            {
                using var ns = File.OpenHandle(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/ns/net"));
                if (Enter((int)ns.DangerousGetHandle(), NetworkOnly) != 0) throw new IOException($"setns: error {Marshal.GetLastPInvokeError()}");
                socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Any, 0));
                socket.Listen();
            }
            catch (Exception e)
            {
                error = e;
            }
        });
        thread.Start();
        thread.Join();
        return error is null ? socket! : throw new InvalidOperationException("cannot listen in the cluster's network", error);
    }

#pragma warning disable SYSLIB1054 // The generated form needs unsafe code.
    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static extern int Enter(int fd, int kind);
#pragma warning restore SYSLIB1054
}
