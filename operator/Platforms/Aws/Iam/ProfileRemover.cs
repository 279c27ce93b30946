using System.Xml.Linq;
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
        if (await FindAsync(entry, AwsCall.Iam("GetInstanceProfile", Reason), profile, cancellationToken).ConfigureAwait(false) is not { } found) return;
        foreach (var role in found.Descendants().Where(e => e.Name.LocalName == "RoleName").Select(e => e.Value).ToList())
        {
            await TryAsync(AwsCall.Iam("RemoveRoleFromInstanceProfile", Reason), new(profile) { ["RoleName"] = role }, cancellationToken).ConfigureAwait(false);
        }

        await TryAsync(AwsCall.Iam("DeleteInstanceProfile", Reason), profile, cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveRoleAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var role = new Dictionary<string, string> { ["RoleName"] = entry.Id! };
        if (await FindAsync(entry, AwsCall.Iam("GetRole", Reason), role, cancellationToken).ConfigureAwait(false) is null) return;
        var policies = entry.Properties?.GetValueOrDefault(Properties.Policies)?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var arn in policies ?? await AttachedAsync(role, cancellationToken).ConfigureAwait(false))
        {
            await TryAsync(AwsCall.Iam("DetachRolePolicy", Reason), new(role) { ["PolicyArn"] = arn }, cancellationToken).ConfigureAwait(false);
        }

        await TryAsync(AwsCall.Iam("DeleteRolePolicy", Reason), new(role) { ["PolicyName"] = TemporaryProfile.PolicyName }, cancellationToken).ConfigureAwait(false);
        await TryAsync(AwsCall.Iam("DeleteRole", Reason), role, cancellationToken).ConfigureAwait(false);
    }

    // Of a role that no ledger knows any more. A page of the answer has more than a role may.
    private async Task<string[]> AttachedAsync(Dictionary<string, string> role, CancellationToken cancellationToken) =>
        [.. (await TryAsync(AwsCall.Iam("ListAttachedRolePolicies", Reason), role, cancellationToken).ConfigureAwait(false))?.Descendants().Where(e => e.Name.LocalName == "PolicyArn").Select(e => e.Value) ?? []];

    /// <summary>Looks until it is found, or there must be nothing.</summary>
    private async Task<XElement?> FindAsync(LedgerEntry entry, AwsCall call, Dictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        XElement? found = null;
        await settling.FindAsync(entry, async () => (found = await TryAsync(call, parameters, cancellationToken).ConfigureAwait(false)) is null ? [] : [entry.Id!], cancellationToken).ConfigureAwait(false);
        return found;
    }

    /// <returns>Null: there is nothing of what the call speaks of.</returns>
    private async Task<XElement?> TryAsync(AwsCall call, Dictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await calls.RunAsync(call, t => clients.Iam.CallAsync(call.Action, parameters, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }
}
