using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.SshNet;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Communicators.Ssh.Commands;

/// <summary>Runs commands, each in a channel of its own.</summary>
internal sealed class CommandRunner(ChannelHub hub, TimeProvider time) : IDisposable
{
    // sshd takes ten sessions per connection unless configured otherwise; one stays free to kill by.
    private const int MostAtOnce = 8;
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _slots = new(MostAtOnce);

    public void Dispose() => _slots.Dispose();

    /// <summary>Runs a command to its end.</summary>
    /// <param name="commandLine">What the login shell runs.</param>
    /// <param name="feed">Writes the command's input; its end is sent after it.</param>
    /// <param name="take">Takes each packet of output.</param>
    /// <param name="cancellationToken">Kills the command.</param>
    public async Task<int> RunAsync(
        string commandLine, Func<ExecChannel, CancellationToken, Task> feed, Func<ChannelPacket, ValueTask> take, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var mark = new CommandMark();
            var channel = await hub.OpenAsync(mark.Apply(commandLine), cancellationToken).ConfigureAwait(false);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var feeding = Task.Run(() => FeedAsync(channel, feed, stop), CancellationToken.None);
            try
            {
                await TakeAsync(channel, take, stop.Token).ConfigureAwait(false);
                await stop.CancelAsync().ConfigureAwait(false);
                await feeding.ConfigureAwait(false);
                return channel.ExitCode
                    ?? throw hub.Broken ?? new ConnectionException(ConnectionReason.SessionBroken, "the SSH server closed the channel without telling how the command ended");
            }
            catch (Exception) when (channel.ExitCode is null && hub.Broken is null)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await KillAsync(mark, channel).ConfigureAwait(false);
                // A feed that failed on this side is the cause; a cancelled one is not.
                await feeding.ConfigureAwait(false);
                throw;
            }
            finally
            {
                channel.Close();
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    private static async Task FeedAsync(ExecChannel channel, Func<ExecChannel, CancellationToken, Task> feed, CancellationTokenSource stop)
    {
        try
        {
            await feed(channel, stop.Token).ConfigureAwait(false);
            channel.SendEnd();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The command ended without reading all.
        }
        catch (Exception error) when (error is Renci.SshNet.Common.SshException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // The session broke: told by the reading side.
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task TakeAsync(ExecChannel channel, Func<ChannelPacket, ValueTask> take, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = channel.ReadAsync(cancellationToken);
            var packet = next.IsCompleted ? await next.ConfigureAwait(false) : await WaitAsync(channel, next.AsTask()).ConfigureAwait(false);
            if (packet is not { } bytes) return;
            await take(bytes).ConfigureAwait(false);
        }
    }

    // A daemon that the command left behind may hold the output open for ever: after the exit code, silence is the end.
    private async Task<ChannelPacket?> WaitAsync(ExecChannel channel, Task<ChannelPacket?> next)
    {
        await Task.WhenAny(next, channel.Exited).ConfigureAwait(false);
        if (!next.IsCompleted)
        {
            using var stop = new CancellationTokenSource();
            await Task.WhenAny(next, Task.Delay(LingerTime, time, stop.Token)).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            if (!next.IsCompleted) return null;
        }

        return await next.ConfigureAwait(false);
    }

    private async Task KillAsync(CommandMark mark, ExecChannel channel)
    {
        using var limit = new CancellationTokenSource(KillTime, time);
        try
        {
            var killer = await hub.OpenAsync(CommandMark.KillCommand, limit.Token).ConfigureAwait(false);
            await killer.WriteAsync(mark.Input, limit.Token).ConfigureAwait(false);
            killer.SendEnd();
            while (await killer.ReadAsync(limit.Token).ConfigureAwait(false) is not null)
            {
            }

            killer.Close();
            await channel.Exited.WaitAsync(TimeSpan.FromSeconds(1), time, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or ConnectionException or TimeoutException
            or Renci.SshNet.Common.SshException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // Nothing more can be done from here; the machine itself is removed in the end.
        }
    }
}
