using System.Text;
using Renci.SshNet.Messages.Connection;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>Opens a session channel.</summary>
internal sealed class SessionOpenInfo : ChannelOpenInfo
{
    public override string ChannelType => "session";
}

/// <summary>Opens a channel to an address that the server connects to.</summary>
internal sealed class ForwardOpenInfo(string host, int port) : ChannelOpenInfo
{
    private readonly byte[] _host = Encoding.UTF8.GetBytes(host);
    private readonly byte[] _originator = "127.0.0.1"u8.ToArray();

    public override string ChannelType => "direct-tcpip";

    protected override int BufferCapacity => base.BufferCapacity + 4 + _host.Length + 4 + 4 + _originator.Length + 4;

    protected override void SaveData()
    {
        base.SaveData();
        WriteBinaryString(_host);
        Write((uint)port);
        WriteBinaryString(_originator);
        Write(0u);
    }
}

/// <summary>Runs a command, or a subsystem, in a session channel.</summary>
internal sealed class ExecRequest : RequestInfo
{
    private readonly byte[] _command;

    /// <param name="kind"><c>exec</c> or <c>subsystem</c>.</param>
    /// <param name="command">The command line, or the subsystem's name.</param>
    public ExecRequest(string kind, string command)
    {
        RequestName = kind;
        _command = Encoding.UTF8.GetBytes(command);
        WantReply = true;
    }

    public override string RequestName { get; }

    protected override int BufferCapacity => base.BufferCapacity + 4 + _command.Length;

    protected override void SaveData()
    {
        base.SaveData();
        WriteBinaryString(_command);
    }
}
