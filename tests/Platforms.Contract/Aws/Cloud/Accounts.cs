using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>Whose a call is, and what accounts have shared with each other.</summary>
internal sealed partial class Accounts
{
    private readonly ConcurrentDictionary<string, string> _keys = new();
    private readonly ConcurrentDictionary<string, bool> _shares = new();

    public IReadOnlyList<string> Shares => [.. _shares.Keys.Order(StringComparer.Ordinal)];

    public bool IsOther(AwsRequest request) => AccountOf(request) is not null;

    /// <summary>The region, with the account before it where it is not the first one.</summary>
    public string PlaceOf(AwsRequest request) => AccountOf(request) is { } account ? $"{account}/{request.Region}" : request.Region;

    /// <summary>Whether an AMI is the caller's, or shared with it, snapshots and all.</summary>
    public bool MayCopy(AwsRequest request, string image, ImageState? state) => AccountOf(request) is not { } account
        || (_shares.ContainsKey($"{image} {account}") && state?.Snapshots.All(s => _shares.ContainsKey($"{s} {account}")) == true);

    /// <summary>Learns from an answer who has which key, and who may use what.</summary>
    public AwsAnswer Note(AwsRequest request, AwsAnswer answer)
    {
        if (!answer.Succeeded) return answer;
        if (request.Action == "AssumeRole" && request["RoleArn"]!.Split(':')[4] is var account && account != "123456789012")
        {
            _keys[XElement.Parse(answer.Body).Named("AccessKeyId").First().Value] = account;
        }

        foreach (var (name, value) in request.Action is "ModifyImageAttribute" or "ModifySnapshotAttribute" ? request.Form : [])
        {
            var change = Change().Match(name).Groups[1].Value;
            var share = $"{request["ImageId"] ?? request["SnapshotId"]} {value}";
            if (change == "Add") _shares[share] = true;
            if (change == "Remove") _shares.TryRemove(share, out _);
        }

        return answer;
    }

    private string? AccountOf(AwsRequest request) => _keys.GetValueOrDefault(request.AccessKey);

    [GeneratedRegex("^(?:LaunchPermission|CreateVolumePermission)\\.(Add|Remove)\\.[0-9]+\\.UserId$")]
    private static partial Regex Change();
}
