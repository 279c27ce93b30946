using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Lets accounts that an AMI is shared with decrypt its snapshots: a grant for each account on each key. A build that fails after it revokes them.</summary>
internal sealed class KeyGrants(PlatformContext context, AwsSharing? sharing, AwsClients clients, AwsCalls calls, Maker maker)
{
    private const string Reason = Reasons.DistributionFailed;

    /// <summary>What starting a machine of the AMI, and copying it, take.</summary>
    private static readonly List<string> Operations =
        [GrantOperation.DescribeKey, GrantOperation.Decrypt, GrantOperation.ReEncryptFrom, GrantOperation.GenerateDataKeyWithoutPlaintext, GrantOperation.CreateGrant];

    private readonly SnapshotReader _snapshots = new(context, clients, calls);

    public async Task GiveAsync(PlacedImage image, CancellationToken cancellationToken)
    {
        if (sharing is not { KeyGrants: true } || !image.IsOurs) return;
        var keys = await _snapshots.KeysAsync(image.Region, ImageReader.SnapshotsOf(image.Image), cancellationToken).ConfigureAwait(false);
        if (keys.Count == 0) context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"aws.image.shareWith.keyGrants: nothing of {image.Id} in {image.Region} is encrypted"));
        foreach (var key in keys)
        {
            foreach (var account in sharing.Accounts) await GiveAsync(image.Region, key, account, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The grants that an entry speaks of: that of its ID, else those of its name.</summary>
    public static async Task RevokeAsync(LedgerEntry entry, AwsClients clients, AwsCalls calls, Settling settling, CancellationToken cancellationToken)
    {
        var (region, known) = (entry.Location!, entry.Properties!);
        var ids = entry.Id is { } id ? [id] : await settling.FindAsync(entry, () => FindAsync(region, known, clients, calls, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (var grant in ids)
        {
            try
            {
                await calls.RunAsync(
                    AwsCall.Kms("RevokeGrant", Reason), t => clients.Kms(region).RevokeGrantAsync(new() { KeyId = known[Properties.Key], GrantId = grant }, t), cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
            {
                // Revoked by a try whose answer was lost; or the key is gone, and all its grants.
            }
        }
    }

    private async Task GiveAsync(string region, string key, string account, CancellationToken cancellationToken)
    {
        var ledgerKey = $"grant/{region}/{account}/{key.Split('/')[^1]}";
        if (context.Ledger.Find(ledgerKey) is { Id: not null, State: LedgerState.Created }) return;
        var name = $"imageoperator-{context.Identity.Uid}-{context.Identity.Target}";
        var principal = $"arn:{key.Split(':')[1]}:iam::{account}:root";
        var properties = new Dictionary<string, string> { [Properties.Key] = key, [Properties.Principal] = principal, [Properties.Name] = name };
        // By its name KMS knows a grant that is asked for again.
        var request = new CreateGrantRequest { KeyId = key, GranteePrincipal = principal, Operations = Operations, Name = name };
        var made = await maker.MakeAsync(new(ledgerKey, ResourceTypes.Grant, Properties: properties, Location: region), AwsCall.Kms("CreateGrant", Reason), async call =>
        {
            try
            {
                return (await calls.RunAsync(call, t => clients.Kms(region).CreateGrantAsync(request, t), cancellationToken).ConfigureAwait(false)).GrantId;
            }
            catch (PlatformException e) when (e.Kind == FailureKind.Auth)
            {
                throw new PlatformException(
                    e.Kind, e.Reason, e.Message, $"the policies of the builder's credentials and of {key} must allow kms:CreateGrant; AWS's own keys (aws/ebs) take no grants: encrypt with a key of yours (kmsKeyId)", e);
            }
        }, cancellationToken).ConfigureAwait(false);
        await context.Ledger.KeepAsync(ledgerKey, made.Id!, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<string>> FindAsync(string region, IReadOnlyDictionary<string, string> known, AwsClients clients, AwsCalls calls, CancellationToken cancellationToken)
    {
        var (found, request) = (new List<string>(), new ListGrantsRequest { KeyId = known[Properties.Key], GranteePrincipal = known[Properties.Principal] });
        do
        {
            var answer = await calls.RunAsync(AwsCall.Kms("ListGrants", Reason), t => clients.Kms(region).ListGrantsAsync(request, t), cancellationToken).ConfigureAwait(false);
            found.AddRange((answer.Grants ?? []).Where(g => g.Name == known[Properties.Name]).Select(g => g.GrantId));
            request.Marker = answer.NextMarker;
        }
        while (request.Marker is { Length: > 0 });
        return found;
    }
}
