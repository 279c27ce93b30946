using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Machines.Windows;

/// <summary>Waits for the password that a Windows machine makes for its administrator at its first boot.</summary>
internal sealed class PasswordWait(PlatformContext context, AwsClients clients, AwsCalls calls)
{
    /// <summary>AWS speaks of up to 15 minutes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);

    public static bool IsWindows(Image image) => string.Equals(image.Platform?.Value, "windows", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="PlatformException">The machine has ended, or there was none in time, or it is another key's.</exception>
    public async Task<string> WaitAsync(Ec2Machine machine, PasswordKey key, CancellationToken cancellationToken)
    {
        context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"waiting for the password of {machine.Id}, which Windows makes at its first boot"));
        var start = context.Time.GetTimestamp();
        var data = await Waits.Password.PollAsync(context.Time, async () =>
        {
            if (machine.Ended.IsCompleted) throw Failed($"the machine ended before it had a password: {await machine.Ended.ConfigureAwait(false)}", "look at the end of its console");
            if (await ReadAsync(machine.Id, cancellationToken).ConfigureAwait(false) is { Length: > 0 } given) return given;
            if (context.Time.GetElapsedTime(start) < Longest) return null;
            throw Failed(
                $"{machine.Id} has made no password within {Longest.TotalMinutes:0} minutes",
                "Windows makes one at its first boot only: have EC2Launch reset (EC2Launch.exe reset) before an image is captured, or give communicator.ssh.password, which the image must have");
        }, cancellationToken).ConfigureAwait(false);
        return key.Decrypt(data);
    }

    private async Task<string?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var call = AwsCall.Ec2("GetPasswordData", Reasons.MachineFailed) with { OfWhatWasJustMade = true };
        return (await calls.RunAsync(call, t => clients.Ec2().GetPasswordDataAsync(new() { InstanceId = id }, t), cancellationToken).ConfigureAwait(false)).PasswordData?.Trim();
    }

    private static PlatformException Failed(string message, string hint) => new(FailureKind.Terminal, Reasons.MachineFailed, message, hint);
}
