using System.Runtime.CompilerServices;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Connection;

namespace ImageOperator.Communicators.Ssh.SshNet;

/// <summary>What SSH.NET keeps to itself and we need: to send messages.</summary>
internal static class SessionAccess
{
    public static void Send(this Session session, Message message) => SendMessage(session, message);

    /// <summary>A global request that every server answers, with a refusal.</summary>
    public static void SendKeepAlive(this Session session) => SendMessage(session, NewGlobalRequest(Encoding.ASCII.GetBytes("keepalive@openssh.com"), true));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SendMessage")]
    private static extern void SendMessage(Session session, Message message);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern GlobalRequestMessage NewGlobalRequest(byte[] requestName, bool wantReply);
}
