using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Writes an AMI's ID to a parameter of Systems Manager, with what it was before: a build that fails after it puts that back.</summary>
internal sealed class ParameterOutput(PlatformContext context, AwsClients clients, AwsCalls calls, Maker maker)
{
    private const string Reason = Reasons.DistributionFailed;

    public async Task WriteAsync(string name, PlacedImage image, CancellationToken cancellationToken)
    {
        var key = $"parameter/{image.Region}";
        var known = context.Ledger.Find(key)?.Properties;
        var current = await ReadAsync(clients, calls, image.Region, name, cancellationToken).ConfigureAwait(false);
        var previous = known is null ? current : known.GetValueOrDefault(Properties.Previous);
        var properties = new Dictionary<string, string> { [Properties.Name] = name, [Properties.Value] = image.Id };
        if (previous is not null) properties[Properties.Previous] = previous;
        var intent = new ResourceIntent(key, ResourceTypes.Parameter, name, properties, image.Region);
        await maker.MakeAsync(intent, AwsCall.Ssm("PutParameter", Reason), async call =>
        {
            if (current != image.Id) await PutAsync(clients, calls, call, image.Region, name, image.Id, cancellationToken).ConfigureAwait(false);
            return name;
        }, cancellationToken).ConfigureAwait(false);
        await context.Ledger.KeepAsync(key, name, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Null if there is no such parameter.</returns>
    public static async Task<string?> ReadAsync(AwsClients clients, AwsCalls calls, string region, string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await calls.RunAsync(
                AwsCall.Ssm("GetParameter", Reason), t => clients.Ssm(region).GetParameterAsync(new() { Name = name }, t), cancellationToken).ConfigureAwait(false);
            return answer.Parameter.Value;
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    public static Task PutAsync(AwsClients clients, AwsCalls calls, AwsCall call, string region, string name, string value, CancellationToken cancellationToken)
    {
        // EC2 then checks the ID, and launch templates may name the parameter.
        var request = new PutParameterRequest { Name = name, Value = value, Type = ParameterType.String, DataType = "aws:ec2:image", Overwrite = true };
        return calls.RunAsync(call, t => clients.Ssm(region).PutParameterAsync(request, t), cancellationToken);
    }
}
