using System.Text;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;

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

    public Task StopAsync(string id, CancellationToken cancellationToken) => calls.RunAsync(
        AwsCall.Ec2("StopInstances", Reasons.CaptureFailed), t => clients.Ec2().StopInstancesAsync(new() { InstanceIds = [id] }, t), cancellationToken);

    public async Task<string> ReadConsoleAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await calls.RunAsync(
            AwsCall.Ec2("GetConsoleOutput", Reasons.MachineFailed), t => clients.Ec2().GetConsoleOutputAsync(new() { InstanceId = id }, t), cancellationToken).ConfigureAwait(false);
        return string.IsNullOrEmpty(answer.Output) ? "" : Encoding.UTF8.GetString(Convert.FromBase64String(answer.Output));
    }
}
