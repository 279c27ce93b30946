using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Capture;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Iam;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.SessionManager;
using ImageOperator.Platforms.Aws.Tags;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Sweep;

/// <summary>Removes what a ledger entry speaks of. Anything may be missing already, or not be found yet.</summary>
internal sealed class ResourceRemover(PlatformContext context, AwsClients clients, AwsCalls calls, ImageReader images, ImageReplacement replacement, ImageShare share)
{
    private const string Reason = Reasons.MachineFailed;

    private readonly Settling _settling = new(context.Time);

    public Task RemoveAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var ec2 = clients.Ec2(entry.Location);
        return entry.Type switch
        {
            ResourceTypes.Instance => RemoveInstanceAsync(ec2, entry, cancellationToken),
            ResourceTypes.SecurityGroup => RemoveGroupAsync(ec2, entry, cancellationToken),
            ResourceTypes.KeyPair => RunAsync("DeleteKeyPair", t => ec2.DeleteKeyPairAsync(KeyPair(entry.Id!), t), cancellationToken),
            ResourceTypes.Image => new ImageRemover(context, clients, calls, images).RemoveAsync(entry, FoundAsync, cancellationToken),
            ResourceTypes.Replacement => replacement.ResolveAsync(entry, cancellationToken),
            ResourceTypes.Share => share.CloseAsync(entry, cancellationToken),
            ResourceTypes.Role => new ProfileRemover(clients, calls, _settling).RemoveRoleAsync(entry, cancellationToken),
            ResourceTypes.InstanceProfile => new ProfileRemover(clients, calls, _settling).RemoveProfileAsync(entry, cancellationToken),
            ResourceTypes.Grant => KeyGrants.RevokeAsync(entry, clients, calls, _settling, cancellationToken),
            ResourceTypes.Snapshot => RunAsync("DeleteSnapshot", t => ec2.DeleteSnapshotAsync(new() { SnapshotId = entry.Id }, t), cancellationToken),
            ResourceTypes.Volume => RunAsync("DeleteVolume", t => ec2.DeleteVolumeAsync(new() { VolumeId = entry.Id }, t), cancellationToken),
            ResourceTypes.Parameter => RemoveParameterAsync(entry, cancellationToken),
            ResourceTypes.LaunchTemplateVersion => RemoveVersionAsync(ec2, entry, cancellationToken),
            _ => throw new PlatformException(FailureKind.Terminal, Reasons.InternalError, $"the ledger's entry {entry.Key} is of the type {entry.Type}, which AWS does not make"),
        };
    }

    // The ledger knows the name, which we chose; AWS's tags the ID.
    private static DeleteKeyPairRequest KeyPair(string id) => id.StartsWith("key-", StringComparison.Ordinal) ? new() { KeyPairId = id } : new() { KeyName = id };

    private async Task RemoveInstanceAsync(IAmazonEC2 ec2, LedgerEntry entry, CancellationToken cancellationToken)
    {
        var reader = new InstanceReader(clients, calls);
        var ids = await FoundAsync(entry, async () =>
        {
            var filters = BuildTags.Filters(context.Identity, entry.Key);
            filters.Add(new("instance-state-name", ["pending", "running", "stopping", "stopped"]));
            return [.. (await reader.FindAsync(new() { Filters = filters }, justMade: false, cancellationToken).ConfigureAwait(false)).Select(i => i.InstanceId)];
        }, cancellationToken).ConfigureAwait(false);
        foreach (var id in ids)
        {
            var settling = !_settling.IsSettled(entry);
            await RunAsync("TerminateInstances", t => ec2.TerminateInstancesAsync(new() { InstanceIds = [id] }, t), cancellationToken, settling).ConfigureAwait(false);
            // A builder that died may have left some open, and only their machine is known.
            if (context.Target.Aws?.Network?.Address == AwsAddress.SessionManager) await PortSession.EndAllAsync(id, clients, calls, cancellationToken).ConfigureAwait(false);
            // Its group cannot go before it, and a volume's end follows the machine's.
            await reader.WaitAsync(
                Waits.InstanceEnd, context.Time, id, TimeSpan.Zero, i => i is null || i.State?.Name == InstanceStateName.Terminated ? "gone" : null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveGroupAsync(IAmazonEC2 ec2, LedgerEntry entry, CancellationToken cancellationToken)
    {
        var ids = await FoundAsync(entry, async () =>
        {
            var found = await calls.RunAsync(
                AwsCall.Ec2("DescribeSecurityGroups", Reason),
                t => ec2.DescribeSecurityGroupsAsync(new() { Filters = BuildTags.Filters(context.Identity, entry.Key) }, t), cancellationToken).ConfigureAwait(false);
            return [.. (found.SecurityGroups ?? []).Select(g => g.GroupId)];
        }, cancellationToken).ConfigureAwait(false);
        foreach (var id in ids) await RunAsync("DeleteSecurityGroup", t => ec2.DeleteSecurityGroupAsync(new() { GroupId = id }, t), cancellationToken, !_settling.IsSettled(entry)).ConfigureAwait(false);
    }

    private async Task RemoveParameterAsync(LedgerEntry entry, CancellationToken cancellationToken)
    {
        var (region, name) = (entry.Location ?? clients.Region, entry.Id!);
        var known = entry.Properties ?? new Dictionary<string, string>();
        var current = await ParameterOutput.ReadAsync(clients, calls, region, name, cancellationToken).ConfigureAwait(false);
        // Another build may have written it since: then it is that one's.
        if (current is null || current != known.GetValueOrDefault(Properties.Value) || await StaysAsync(region, current, cancellationToken).ConfigureAwait(false)) return;
        if (known.GetValueOrDefault(Properties.Previous) is { } previous)
        {
            await ParameterOutput.PutAsync(clients, calls, AwsCall.Ssm("PutParameter", Reason), region, name, previous, cancellationToken).ConfigureAwait(false);
            return;
        }

        await calls.RunUnlessGoneAsync(AwsCall.Ssm("DeleteParameter", Reason), t => clients.Ssm(region).DeleteParameterAsync(new() { Name = name }, t), cancellationToken).ConfigureAwait(false);
    }

    private async Task RemoveVersionAsync(IAmazonEC2 ec2, LedgerEntry entry, CancellationToken cancellationToken)
    {
        var (region, template) = (entry.Location ?? clients.Region, entry.Properties![Properties.Name]);
        var current = await LaunchTemplateOutput.ReadAsync(clients, calls, region, template, cancellationToken).ConfigureAwait(false);
        if (current is null || await StaysAsync(region, entry.Properties[Properties.Value], cancellationToken).ConfigureAwait(false)) return;
        var found = await FoundAsync(entry, async () =>
            await LaunchTemplateOutput.FindVersionAsync(clients, calls, region, template, entry.Properties[Properties.Value], cancellationToken).ConfigureAwait(false) is { } made ? [made] : [],
            cancellationToken).ConfigureAwait(false);
        foreach (var version in found)
        {
            // The default one cannot be deleted.
            if (current.DefaultVersionNumber?.ToString(System.Globalization.CultureInfo.InvariantCulture) == version)
            {
                await LaunchTemplateOutput.SetDefaultAsync(clients, calls, region, template, entry.Properties[Properties.Previous], cancellationToken).ConfigureAwait(false);
            }

            await RunAsync("DeleteLaunchTemplateVersions", t => ec2.DeleteLaunchTemplateVersionsAsync(new() { LaunchTemplateId = template, Versions = [version] }, t), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the AMI stays though its build failed: then what points to it does, too, for what it pointed to before is gone.</summary>
    private async Task<bool> StaysAsync(string region, string image, CancellationToken cancellationToken) =>
        BuildTags.Value((await images.ReadAsync(region, image, justMade: false, cancellationToken).ConfigureAwait(false))?.Tags, BuildTags.Replaces) is not null;

    /// <summary>The entry's ID, or what bears its marks.</summary>
    private async Task<IReadOnlyList<string>> FoundAsync(LedgerEntry entry, Func<Task<IReadOnlyList<string>>> look, CancellationToken cancellationToken) =>
        entry.Id is { } id ? [id] : await _settling.FindAsync(entry, look, cancellationToken).ConfigureAwait(false);

    private Task RunAsync<T>(string action, Func<CancellationToken, Task<T>> run, CancellationToken cancellationToken, bool settling = false) =>
        calls.RunUnlessGoneAsync(AwsCall.Ec2(action, Reason) with { OfWhatWasJustMade = settling }, run, cancellationToken);
}
