using System.Xml.Linq;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Lists an account by asking moto itself: what the proxy believes does not count.</summary>
internal sealed class AccountListing(Moto moto, string key = "testing", string prefix = "")
{
    private static readonly (string Action, string Set, string Id, string Extra)[] Kinds =
    [
        ("DescribeInstances", "instancesSet", "instanceId", ""),
        ("DescribeImages", "imagesSet", "imageId", "&Owner.1=self"),
        ("DescribeSnapshots", "snapshotSet", "snapshotId", "&Owner.1=self"),
        ("DescribeVolumes", "volumeSet", "volumeId", ""),
        ("DescribeSecurityGroups", "securityGroupInfo", "groupId", ""),
        ("DescribeKeyPairs", "keySet", "keyPairId", ""),
        ("DescribeNetworkInterfaces", "networkInterfaceSet", "networkInterfaceId", ""),
    ];

    private readonly HttpClient _http = new();

    /// <summary>Speaks as a role of another account.</summary>
    public async Task<AccountListing> OfAsync(string account)
    {
        using var request = Signed("us-east-1", "sts", $"Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::{account}:role/listing&RoleSessionName=listing");
        using var answer = await _http.SendAsync(request);
        return new(moto, XElement.Parse(await answer.Content.ReadAsStringAsync()).Named("AccessKeyId").First().Value, $"{account}/");
    }

    public async Task<IReadOnlyList<string>> ReadAsync(IEnumerable<string> regions)
    {
        var all = new List<string>();
        foreach (var region in regions)
        {
            foreach (var (action, set, id, extra) in Kinds)
            {
                var answer = await AskAsync(region, action, extra);
                all.AddRange(answer.Named(set).Elements()
                    .Where(i => i.Child("instanceState")?.Text("name") != "terminated")
                    .Select(i => $"{prefix}{region} {i.Text(id)}"));
            }

            foreach (var parameter in await ParametersAsync(region)) all.Add($"{region} {parameter}");
        }

        return [.. all.Order(StringComparer.Ordinal)];
    }

    /// <summary>What a successful build leaves: its AMIs, their snapshots, the parameter.</summary>
    public async Task RemoveResultsAsync(IEnumerable<string> regions, Ec2Cloud cloud)
    {
        foreach (var region in regions)
        {
            var images = (await AskAsync(region, "DescribeImages", "&Owner.1=self")).Named("imagesSet").Elements().ToList();
            foreach (var image in images)
            {
                // Through the proxy: it must forget the name.
                using var request = Signed(region, "ec2", $"Action=DeregisterImage&Version=2016-11-15&ImageId={image.Text("imageId")}");
                cloud.Unprotect(image.Text("imageId")!);
                var registered = cloud.RegisteredSnapshots(image.Text("imageId")!);
                (await cloud.SendAsync(request)).Dispose();
                foreach (var snapshot in image.Named("snapshotId").Select(s => s.Value).Where(s => s.Length > 0).Concat(registered)) await AskAsync(region, "DeleteSnapshot", $"&SnapshotId={snapshot}");
            }

            foreach (var name in (await ParametersAsync(region)).Select(p => p.Split('=')[0])) await SsmAsync(region, "DeleteParameter", $"{{\"Name\":\"{name}\"}}");
        }
    }

    /// <param name="region">The region.</param>
    /// <param name="action">The action.</param>
    /// <param name="extra">Its parameters.</param>
    /// <param name="cloud">What is asked instead of moto.</param>
    public async Task<XElement> AskAsync(string region, string action, string extra = "", Ec2Cloud? cloud = null)
    {
        using var request = Signed(region, "ec2", $"Action={action}&Version=2016-11-15{extra}");
        using var answer = cloud is null ? await _http.SendAsync(request) : await cloud.SendAsync(request);
        return XElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Makes a user with a policy.</summary>
    public async Task<MotoSigner> MakeUserAsync(string name, string policy)
    {
        await IamAsync("CreateUser", $"&UserName={name}");
        await SetPolicyAsync(name, policy);
        var key = await IamAsync("CreateAccessKey", $"&UserName={name}");
        return new(key.Named("AccessKeyId").First().Value, key.Named("SecretAccessKey").First().Value);
    }

    public Task SetPolicyAsync(string user, string policy) => IamAsync("PutUserPolicy", $"&UserName={user}&PolicyName=all&PolicyDocument={Uri.EscapeDataString(policy)}");

    private async Task<XElement> IamAsync(string action, string parameters)
    {
        using var request = Signed("us-east-1", "iam", $"Action={action}&Version=2010-05-08{parameters}");
        using var answer = await _http.SendAsync(request);
        return XElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The roles and profiles that builds have made, one line each.</summary>
    public async Task<IReadOnlyList<string>> IdentitiesAsync() =>
    [
        .. (await IamAsync("ListRoles", "&PathPrefix=/imageoperator/")).Named("RoleName").Select(r => $"role {r.Value}"),
        .. (await IamAsync("ListInstanceProfiles", "&PathPrefix=/imageoperator/")).Named("InstanceProfileName").Select(p => $"profile {p.Value}"),
    ];

    /// <summary>Whether IAM holds something of a role: its policies' names and ARNs.</summary>
    public async Task<IReadOnlyList<string>> PoliciesOfAsync(string role) =>
    [
        .. (await IamAsync("ListRolePolicies", $"&RoleName={role}")).Named("member").Select(p => p.Value),
        .. (await IamAsync("ListAttachedRolePolicies", $"&RoleName={role}")).Named("PolicyArn").Select(p => p.Value),
    ];

    /// <summary>Makes a managed policy.</summary>
    public Task MakePolicyAsync(string name, string policy) => IamAsync("CreatePolicy", $"&PolicyName={name}&PolicyDocument={Uri.EscapeDataString(policy)}");

    /// <summary>Makes a KMS key.</summary>
    public async Task<string> MakeKeyAsync(string region)
    {
        using var answer = System.Text.Json.JsonDocument.Parse(await JsonAsync(region, "kms", "TrentService.CreateKey", "{}"));
        return answer.RootElement.GetProperty("KeyMetadata").GetProperty("Arn").GetString()!;
    }

    /// <summary>Who may use a key, by grants.</summary>
    public async Task<IReadOnlyList<(string Id, string Principal)>> GrantsAsync(string region, string key)
    {
        using var answer = System.Text.Json.JsonDocument.Parse(await JsonAsync(region, "kms", "TrentService.ListGrants", $$"""{"KeyId":"{{key}}"}"""));
        return [.. answer.RootElement.GetProperty("Grants").EnumerateArray().Select(g => (g.GetProperty("GrantId").GetString()!, g.GetProperty("GranteePrincipal").GetString()!))];
    }

    public Task RevokeAsync(string region, string key, string grant) => JsonAsync(region, "kms", "TrentService.RevokeGrant", $$"""{"KeyId":"{{key}}","GrantId":"{{grant}}"}""");

    public async Task MakeProfileAsync(string name)
    {
        using var request = Signed("us-east-1", "iam", $"Action=CreateInstanceProfile&Version=2010-05-08&InstanceProfileName={name}");
        (await _http.SendAsync(request)).Dispose();
    }

    public Task<string> SsmAsync(string region, string action, string body) => JsonAsync(region, "ssm", $"AmazonSSM.{action}", body);

    public async Task<string> JsonAsync(string region, string service, string target, string body)
    {
        using var request = Signed(region, service, body);
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        request.Content!.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        using var answer = await _http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<IReadOnlyList<string>> ParametersAsync(string region)
    {
        using var answer = System.Text.Json.JsonDocument.Parse(await SsmAsync(region, "GetParametersByPath", "{\"Path\":\"/images\",\"Recursive\":true}"));
        return [.. answer.RootElement.GetProperty("Parameters").EnumerateArray().Select(p => $"{p.GetProperty("Name").GetString()}={p.GetProperty("Value").GetString()}")];
    }

    private HttpRequestMessage Signed(string region, string service, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, moto.Address) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded") };
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=x");
        return request;
    }
}
