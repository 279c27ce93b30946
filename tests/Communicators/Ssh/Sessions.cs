using System.Collections.Concurrent;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Tests.Servers;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Short forms of what most tests do.</summary>
internal static class Sessions
{
    public static readonly SshCommunicatorFactory Factory = new(TimeProvider.System);

    public static Communicator Settings(double timeout = 20, double keepAlive = 5) => new()
    {
        Ssh = new SshCommunicator { User = "root", Timeout = Duration.FromSeconds(timeout), KeepAliveInterval = Duration.FromSeconds(keepAlive) },
    };

    public static MachineCredentials NewCredentials() => Factory.CreateCredentials(Settings());

    public static ConnectRequest Request(int port, MachineCredentials credentials, double timeout = 20, double keepAlive = 5, FakeMachine? machine = null) =>
        new(Settings(timeout, keepAlive), machine ?? new FakeMachine(port), credentials, new Log());

    public static Task<ICommunicator> ConnectAsync(this SshServer server) =>
        Factory.ConnectAsync(Request(server.Port, server.Credentials), TestContext.Current.CancellationToken);

    public static async Task<(int ExitCode, IReadOnlyList<string> Stdout, IReadOnlyList<string> Stderr)> RunAsync(
        this ICommunicator session, string command, byte[]? input = null, CancellationToken cancellationToken = default)
    {
        var stdout = new List<string>();
        var stderr = new List<string>();
        var result = await session.ExecuteAsync(
            new RemoteCommand { CommandLine = command, StandardInput = input },
            (stream, line) => (stream == OutputStream.Stdout ? stdout : stderr).Add(line),
            cancellationToken);
        return (result.ExitCode, stdout, stderr);
    }

    /// <summary>Keeps the warnings.</summary>
    internal sealed class Log : IBuildObserver
    {
        public ConcurrentQueue<string> Warnings { get; } = new();

        public void Observe(BuildEvent buildEvent)
        {
            if (buildEvent is not BuildEvent.Message message) return;
            TestContext.Current.SendDiagnosticMessage(message.Text);
            if (message.Level == MessageLevel.Warning) Warnings.Enqueue(message.Text);
        }
    }
}
