using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;

namespace ImageOperator.Platforms.Aws.Iam;

/// <summary>Removes a build's instance profile, and its role with its policies.</summary>
internal sealed class ProfileRemover(AwsClients clients, AwsCalls calls, Settling settling)
{
    private const string Reason = Reasons.MachineFailed;

    public async Task RemoveProfileAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var profile = new Dictionary<string, string> { ["InstanceProfileName"] = entry.Id! };
        if (!await ExistsAsync(entry, AwsCall.Iam("GetInstanceProfile", Reason), profile, cancellationToken).ConfigureAwait(false)) return;
        await GoneAsync(AwsCall.Iam("RemoveRoleFromInstanceProfile", Reason), new(profile) { ["RoleName"] = entry.Id! }, cancellationToken).ConfigureAwait(false);
        await GoneAsync(AwsCall.Iam("DeleteInstanceProfile", Reason), profile, cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveRoleAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var role = new Dictionary<string, string> { ["RoleName"] = entry.Id! };
        if (!await ExistsAsync(entry, AwsCall.Iam("GetRole", Reason), role, cancellationToken).ConfigureAwait(false)) return;
        foreach (var arn in entry.Properties?.GetValueOrDefault(Properties.Policies)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            await GoneAsync(AwsCall.Iam("DetachRolePolicy", Reason), new(role) { ["PolicyArn"] = arn }, cancellationToken).ConfigureAwait(false);
        }

        await GoneAsync(AwsCall.Iam("DeleteRolePolicy", Reason), new(role) { ["PolicyName"] = TemporaryProfile.PolicyName }, cancellationToken).ConfigureAwait(false);
        await GoneAsync(AwsCall.Iam("DeleteRole", Reason), role, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> ExistsAsync(LedgerEntry entry, AwsCall call, Dictionary<string, string> parameters, CancellationToken cancellationToken) =>
        (await settling.FindAsync(entry, async () => await GoneAsync(call, parameters, cancellationToken).ConfigureAwait(false) ? [] : [entry.Id!], cancellationToken).ConfigureAwait(false)).Count > 0;

    /// <returns>Whether there is nothing of what the call speaks of.</returns>
    private async Task<bool> GoneAsync(AwsCall call, Dictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        try
        {
            await calls.RunAsync(call, t => clients.Iam.CallAsync(call.Action, parameters, t), cancellationToken).ConfigureAwait(false);
            return false;
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return true;
        }
    }
}
