using System.Text;
using Renci.SshNet.Messages.Connection;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>Opens a session channel.</summary>
internal sealed class SessionOpenInfo : ChannelOpenInfo
{
    public override string ChannelType => "session";
}

/// <summary>Runs a command in a session channel.</summary>
internal sealed class ExecRequest : RequestInfo
{
    private readonly byte[] _command;

    public ExecRequest(string command)
    {
        _command = Encoding.UTF8.GetBytes(command);
        WantReply = true;
    }

    public override string RequestName => "exec";

    protected override int BufferCapacity => base.BufferCapacity + 4 + _command.Length;

    protected override void SaveData()
    {
        base.SaveData();
        WriteBinaryString(_command);
    }
}
