using System.Text;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>Looks at instances.</summary>
internal sealed class InstanceReader(AwsClients clients, AwsCalls calls)
{
    /// <param name="id">The instance.</param>
    /// <param name="justMade">It was made a moment ago: that it is not found yet says nothing.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <returns>Null if there is none.</returns>
    public async Task<Instance?> ReadAsync(string id, bool justMade, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(new() { InstanceIds = [id] }, justMade, cancellationToken).ConfigureAwait(false) is [var found, ..] ? found : null;
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<Instance>> FindAsync(DescribeInstancesRequest request, bool justMade, CancellationToken cancellationToken)
    {
        var call = AwsCall.Ec2("DescribeInstances", Reasons.MachineFailed) with { OfWhatWasJustMade = justMade };
        var answer = await calls.RunAsync(call, t => clients.Ec2().DescribeInstancesAsync(request, t), cancellationToken).ConfigureAwait(false);
        return [.. (answer.Reservations ?? []).SelectMany(r => r.Instances ?? [])];
    }

    /// <summary>Waits for something of an instance, with one call for all instances that are awaited.</summary>
    /// <param name="wait">What is awaited.</param>
    /// <param name="time">The clock.</param>
    /// <param name="id">The instance.</param>
    /// <param name="settling">How long it must not be shown until it is taken for gone.</param>
    /// <param name="judge">The answer, or null if there is none yet. Gets null if there is no instance.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<T> WaitAsync<T>(AdaptiveWait wait, TimeProvider time, string id, TimeSpan settling, Func<Instance?, T?> judge, CancellationToken cancellationToken)
        where T : class =>
        wait.PollAsync(clients.Looks.Instances(clients.Region), Awaiting(id, settling, judge, cancellationToken), time, cancellationToken);

    /// <summary>The same with always the same pause.</summary>
    public Task<T> WatchAsync<T>(TimeSpan pause, TimeProvider time, string id, Func<Instance?, T?> judge, CancellationToken cancellationToken)
        where T : class =>
        clients.Looks.Instances(clients.Region).WaitAsync(Awaiting(id, SharedLook<Instance>.Settling, judge, cancellationToken), _ => pause, time, cancellationToken);

    // By a filter: of IDs one that is not there, or not yet, would fail the call for all.
    private Awaited<Instance, T> Awaiting<T>(string id, TimeSpan settling, Func<Instance?, T?> judge, CancellationToken cancellationToken)
        where T : class =>
        new(id, settling, ids => FindAsync(new() { Filters = [new("instance-id", ids)] }, justMade: false, cancellationToken), judge);

    public Task StopAsync(string id, CancellationToken cancellationToken) => calls.RunAsync(
        AwsCall.Ec2("StopInstances", Reasons.CaptureFailed), t => clients.Ec2().StopInstancesAsync(new() { InstanceIds = [id] }, t), cancellationToken);

    public async Task<string> ReadConsoleAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await calls.RunAsync(
            AwsCall.Ec2("GetConsoleOutput", Reasons.MachineFailed), t => clients.Ec2().GetConsoleOutputAsync(new() { InstanceId = id }, t), cancellationToken).ConfigureAwait(false);
        return string.IsNullOrEmpty(answer.Output) ? "" : Encoding.UTF8.GetString(Convert.FromBase64String(answer.Output));
    }
}
