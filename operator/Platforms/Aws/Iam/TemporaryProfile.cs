using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Iam;

/// <summary>Makes the instance profile of a machine, and its role: each an entry of the ledger, for IAM shows either when it likes.</summary>
internal sealed class TemporaryProfile(PlatformContext context, AwsClients clients, AwsCalls calls, Maker maker, BuildTags tags)
{
    /// <summary>The role's inline policy.</summary>
    public const string PolicyName = "machine";

    /// <summary>The path of both. Policies of the builder's credentials can be held to it.</summary>
    public const string Folder = "/imageoperator/";
    private const string Reason = Reasons.MachineFailed;

    /// <summary>The name of both, which we choose: at most 64 characters. Each machine has its own: EC2 remembers those that are gone for a while.</summary>
    public static string NameOf(BuildIdentity identity, MachinePurpose purpose) =>
        $"imageoperator-{identity.Uid}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.Target)))[..6]}-{purpose.ToString().ToLowerInvariant()}";

    /// <returns>The profile's name.</returns>
    public async Task<string> MakeAsync(MachinePurpose purpose, AwsTemporaryProfile profile, CancellationToken cancellationToken)
    {
        var (name, keys) = (NameOf(context.Identity, purpose), purpose.ToString().ToLowerInvariant());
        await MakeRoleAsync($"{keys}/role", name, profile, cancellationToken).ConfigureAwait(false);
        var parameters = new Dictionary<string, string> { ["InstanceProfileName"] = name, ["Path"] = Folder };
        AddTags(parameters, $"{keys}/instance-profile", name);
        var call = AwsCall.Iam("CreateInstanceProfile", Reason);
        await MakeAsync(new($"{keys}/instance-profile", ResourceTypes.InstanceProfile, name), call, parameters, cancellationToken).ConfigureAwait(false);
        await AddRoleAsync(name, cancellationToken).ConfigureAwait(false);
        return name;
    }

    private async Task MakeRoleAsync(string key, string name, AwsTemporaryProfile profile, CancellationToken cancellationToken)
    {
        var service = clients.Region.StartsWith("cn-", StringComparison.Ordinal) ? "ec2.amazonaws.com.cn" : "ec2.amazonaws.com";
        var parameters = new Dictionary<string, string>
        {
            ["RoleName"] = name,
            ["Path"] = Folder,
            ["Description"] = $"ImageOperator build {context.Identity.Name}, target {context.Identity.Target}",
            ["AssumeRolePolicyDocument"] = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"{{service}}"},"Action":"sts:AssumeRole"}]}""",
        };
        if (profile.PermissionsBoundary is { } boundary) parameters["PermissionsBoundary"] = boundary;
        AddTags(parameters, key, name);
        var properties = new Dictionary<string, string> { [Properties.Policies] = string.Join(' ', profile.ManagedPolicyArns) };
        await MakeAsync(new(key, ResourceTypes.Role, name, properties), AwsCall.Iam("CreateRole", Reason), parameters, cancellationToken).ConfigureAwait(false);
        if (profile.Policy is { } policy)
        {
            await CallAsync(AwsCall.Iam("PutRolePolicy", Reason), new() { ["RoleName"] = name, ["PolicyName"] = PolicyName, ["PolicyDocument"] = policy }, cancellationToken).ConfigureAwait(false);
        }

        foreach (var arn in profile.ManagedPolicyArns)
        {
            await CallAsync(AwsCall.Iam("AttachRolePolicy", Reason), new() { ["RoleName"] = name, ["PolicyArn"] = arn }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AddRoleAsync(string name, CancellationToken cancellationToken)
    {
        var call = AwsCall.Iam("AddRoleToInstanceProfile", Reason);
        try
        {
            await CallAsync(call, new() { ["InstanceProfileName"] = name, ["RoleName"] = name }, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AwsErrors.CodeOf(e.InnerException ?? e) == "LimitExceeded" && call.Unclear)
        {
            // A profile has one role: it was added by a try whose answer was lost.
        }
    }

    private Task<LedgerEntry> MakeAsync(ResourceIntent intent, AwsCall call, Dictionary<string, string> parameters, CancellationToken cancellationToken) => maker.MakeAsync(intent, call, async c =>
    {
        try
        {
            await calls.RunAsync(c, t => clients.Iam.CallAsync(c.Action, parameters, t), cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (AwsErrors.CodeOf(e.InnerException ?? e) == "EntityAlreadyExists")
        {
            // Of an earlier try: the name is this build's.
        }

        return intent.Id!;
    }, cancellationToken);

    private Task<XElement> CallAsync(AwsCall call, Dictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        call.OfWhatWasJustMade = true;
        return calls.RunAsync(call, t => clients.Iam.CallAsync(call.Action, parameters, t), cancellationToken);
    }

    private void AddTags(Dictionary<string, string> parameters, string key, string name)
    {
        foreach (var (number, tag) in tags.All(key, name).Index())
        {
            parameters[$"Tags.member.{number + 1}.Key"] = tag.Key;
            parameters[$"Tags.member.{number + 1}.Value"] = tag.Value;
        }
    }
}
