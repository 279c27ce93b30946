using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Communicators.Ssh.Guests;

/// <summary>Has the guest boot anew, and follows it.</summary>
internal sealed class Reboot(SessionLine line, RebootRequest request)
{
    private const string Command = """
        exec sh -c 'if [ "$(id -u)" = 0 ]; then exec reboot; else exec sudo -n reboot; fi'
        """;

    /// <summary>How long the command may take until the session is gone: a guest that stops its services first closes it late.</summary>
    private static readonly TimeSpan GoingDown = TimeSpan.FromSeconds(10);

    public async Task<RebootResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = line.Time.GetTimestamp();
        var live = await line.UseAsync(cancellationToken).ConfigureAwait(false);
        if (live.Facts.BootId.Length == 0)
            throw new StepException("a reboot cannot be followed: the guest tells no boot ID", hint: "the guest needs /proc");
        await CommandAsync(live, cancellationToken).ConfigureAwait(false);
        try
        {
            await line.FollowRebootAsync(request.Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionException error) when (error.Layer is not (ConnectionLayer.Machine or ConnectionLayer.Guest) && error.Reason != ConnectionReason.RebootLoop)
        {
            throw new ConnectionException(
                ConnectionReason.RebootFailed, $"the guest did not come back from its reboot: {error.Message}", ConnectionHints.For(ConnectionReason.RebootFailed, line.User), error);
        }

        return new RebootResult(line.Current.Facts.BootId, line.Time.GetElapsedTime(started));
    }

    private async Task CommandAsync(LiveSession live, CancellationToken cancellationToken)
    {
        int exitCode;
        string said;
        try
        {
            (exitCode, said) = await GuestScript.RunAsync(live.Commands, request.CommandLine ?? Command, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionException)
        {
            // The guest went down before it told how the command ended: as wanted.
            return;
        }

        // A shell that the shutdown itself ended tells its signal.
        if (exitCode is 0 or > 128) await WaitForEndAsync(live, cancellationToken).ConfigureAwait(false);
        else throw new StepException($"the reboot command ended with exit code {exitCode}: {GuestScript.Shortened(said)}", exitCode, "the login user must be root, or be allowed to reboot by sudo without a password");
    }

    private async Task WaitForEndAsync(LiveSession live, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(GoingDown, line.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await live.Hub.Ended.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
