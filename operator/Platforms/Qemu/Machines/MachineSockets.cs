using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ImageOperator.Downloads;

namespace ImageOperator.Platforms.Qemu.Machines;

/// <summary>The sockets that QEMU connects to when it starts: its control session and its console.</summary>
internal sealed class MachineSockets : IDisposable
{
    // sun_path holds 108 bytes with the final zero.
    private const int LongestPath = 107;
    private readonly Socket _control;
    private readonly Socket _serial;

    private MachineSockets(Socket control, Socket serial) => (_control, _serial) = (control, serial);

    /// <summary>Listens in the machine's folder, however long its path is.</summary>
    public static MachineSockets Listen(MachineFolder folder)
    {
        if (Encoding.UTF8.GetByteCount(Path.Combine(folder.Path, MachineFolder.Serial)) <= LongestPath) return ListenBelow(folder.Path);
        var descriptor = Posix.OpenDirectory(folder.Path);
        try
        {
            return ListenBelow(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}"));
        }
        finally
        {
            _ = Posix.CloseDescriptor(descriptor);
        }
    }

    public Task<Stream> AcceptControlAsync(CancellationToken cancellationToken) => AcceptAsync(_control, cancellationToken);

    public Task<Stream> AcceptSerialAsync(CancellationToken cancellationToken) => AcceptAsync(_serial, cancellationToken);

    public void Dispose()
    {
        _control.Dispose();
        _serial.Dispose();
    }

    private static MachineSockets ListenBelow(string folder)
    {
        var control = ListenAt(Path.Combine(folder, MachineFolder.Control));
        try
        {
            return new(control, ListenAt(Path.Combine(folder, MachineFolder.Serial)));
        }
        catch
        {
            control.Dispose();
            throw;
        }
    }

    private static Socket ListenAt(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen(1);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> AcceptAsync(Socket listener, CancellationToken cancellationToken) =>
        new NetworkStream(await listener.AcceptAsync(cancellationToken).ConfigureAwait(false), ownsSocket: true);
}
