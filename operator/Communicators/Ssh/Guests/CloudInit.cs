using System.Text.Json;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Communicators.Ssh.Connecting;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Communicators.Ssh.Guests;

/// <summary>
/// Waits until cloud-init has done its work. Its result file is waited for rather than `cloud-init status --wait`, which costs a
/// start of Python on the guest, and of whose exit codes each version has its own.
/// </summary>
internal sealed class CloudInit(SessionLine line, CloudInitWait wait, Action<string> warn)
{
    private const string Script = """
        exec sh -c 'd=/run/cloud-init
        if [ -e $d/disabled ] || [ -e /etc/cloud/cloud-init.disabled ]; then echo absent; exit 0; fi
        if [ ! -d $d ] && ! command -v cloud-init >/dev/null 2>&1; then echo absent; exit 0; fi
        while [ ! -e $d/result.json ]; do sleep 1; done
        echo done; exec cat $d/result.json'
        """;

    private const string StatusScript = "exec cat /run/cloud-init/status.json";
    private static readonly TimeSpan StatusTime = TimeSpan.FromSeconds(10);

    /// <exception cref="ConnectionException">It failed, is not ready in time, or the guest boots again and again meanwhile.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(wait.Timeout.Value, line.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var answer = await AskAsync(either.Token).ConfigureAwait(false);
            if (answer is not null && Errors(answer) is { Count: > 0 } errors) Failed(errors);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var stage = await StageAsync(cancellationToken).ConfigureAwait(false);
            throw Error(ConnectionReason.CloudInitTimeout, $"cloud-init has not finished within {wait.Timeout}{(stage is null ? "" : $": it is in the stage {stage}")}");
        }
    }

    /// <summary>cloud-init may have the guest reboot: then the session breaks, and the next one is asked.</summary>
    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var live = await line.UseAsync(cancellationToken).ConfigureAwait(false);
                var (exitCode, text) = await GuestScript.RunAsync(live.Commands, Script, cancellationToken).ConfigureAwait(false);
                if (text.StartsWith("absent", StringComparison.Ordinal)) return null;
                if (exitCode == 0 && text.StartsWith("done", StringComparison.Ordinal)) return text["done".Length..];
                throw Error(ConnectionReason.CloudInitFailed, $"cloud-init's result cannot be read: {GuestScript.Shortened(text)}");
            }
            catch (ConnectionException error) when (error.Reason is ConnectionReason.SessionBroken or ConnectionReason.PeerSilent)
            {
                // Connected anew at the next turn, which ends where the guest does not come back.
            }
        }
    }

    private void Failed(IReadOnlyList<string> errors)
    {
        var text = $"cloud-init reports {(errors.Count == 1 ? "an error" : $"{errors.Count} errors")}: {GuestScript.Shortened(string.Join("; ", errors))}";
        if (wait.OnError == CloudInitErrors.Fail) throw Error(ConnectionReason.CloudInitFailed, text);
        warn(text);
    }

    /// <summary>The errors of a result file, which has had one form since 2014.</summary>
    public static IReadOnlyList<string> Errors(string result)
    {
        try
        {
            using var json = JsonDocument.Parse(result);
            return json.RootElement.GetProperty("v1").TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
                ? [.. errors.EnumerateArray().Select(e => e.ToString())]
                : [];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return [$"its result file is no JSON of the known form: {GuestScript.Shortened(result)}"];
        }
    }

    private async Task<string?> StageAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StatusTime, line.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var (_, text) = await GuestScript.RunAsync(line.Current.Commands, StatusScript, either.Token).ConfigureAwait(false);
            using var json = JsonDocument.Parse(text);
            return json.RootElement.GetProperty("v1").GetProperty("stage").GetString();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or ConnectionException or OperationCanceledException)
        {
            return null;
        }
    }

    private ConnectionException Error(ConnectionReason reason, string text) => new(reason, text, ConnectionHints.For(reason, line.User));
}
