using System.Text.Json;
using ImageOperator.Api.Targets.Aws;

namespace ImageOperator.Api.Validation;

internal static class AwsTargetRules
{
    private const int LongestName = 128;

    public static void Check(ErrorList errors, AwsTarget aws, string path)
    {
        var sources = new object?[] { aws.Source.Id, aws.Source.Newest, aws.Source.SsmParameter }.Count(s => s is not null);
        errors.Require(sources == 1, $"{path}.source", AwsSource.OneOf);
        DurationRules.Positive(errors, aws.ShutdownTimeout, $"{path}.shutdownTimeout");
        DurationRules.Positive(errors, aws.MachineLifetime, $"{path}.machineLifetime");
        for (var i = 0; i < aws.Volumes.Count; i++) CheckVolume(errors, aws.Volumes[i], $"{path}.volumes[{i}]");
        foreach (var twice in aws.Volumes.GroupBy(v => v.DeviceName).Where(g => g.Count() > 1))
        {
            errors.Add($"{path}.volumes", $"{twice.Key} is named {twice.Count()} times: name each device once");
        }

        errors.Require(aws.TemporaryIamInstanceProfile is null || aws.IamInstanceProfile is null, $"{path}.temporaryIamInstanceProfile", AwsTarget.OneProfile);
        if (aws.TemporaryIamInstanceProfile is { } profile) CheckProfile(errors, profile, $"{path}.temporaryIamInstanceProfile");
        CheckTags(errors, aws.Tags, $"{path}.tags");
        CheckTags(errors, aws.RunTags, $"{path}.runTags");
        CheckTags(errors, aws.Image.Tags, $"{path}.image.tags");
        CheckTags(errors, aws.Image.SnapshotTags, $"{path}.image.snapshotTags");
        CheckImage(errors, aws, $"{path}.image");
        errors.Require(
            aws.Network is not { Address: AwsAddress.SessionManager, AllowedCidrs.Count: > 0 }, $"{path}.network.allowedCidrs", "with address: SessionManager no port is open: remove allowedCidrs");
    }

    private static void CheckProfile(ErrorList errors, AwsTemporaryProfile profile, string path)
    {
        errors.Require(profile.Policy is not null || profile.ManagedPolicyArns.Count > 0, path, AwsTemporaryProfile.NeedsPolicy);
        if (profile.Policy is not { } policy || policy.Contains("$(", StringComparison.Ordinal)) return;
        try
        {
            using var document = JsonDocument.Parse(policy);
            var isPolicy = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("Statement", out _);
            errors.Require(isPolicy, $"{path}.policy", "it has no Statement: give a policy document of IAM, in JSON");
        }
        catch (JsonException e)
        {
            errors.Add($"{path}.policy", $"it is no JSON ({e.Message.Split('.')[0]}): give a policy document of IAM");
        }
    }

    private static void CheckTags(ErrorList errors, IReadOnlyDictionary<string, string>? tags, string path)
    {
        foreach (var tag in tags?.Keys ?? [])
        {
            errors.Require(!tag.StartsWith("aws:", StringComparison.OrdinalIgnoreCase), path, $"{tag}: tags that begin with aws: are AWS's own: choose another name");
            errors.Require(!tag.StartsWith("imageoperator.dev/", StringComparison.Ordinal), path, $"{tag}: tags that begin with imageoperator.dev/ mark what a build made: choose another name");
        }
    }

    private static void CheckImage(ErrorList errors, AwsTarget aws, string path)
    {
        var image = aws.Image;
        if (!image.Name.Contains("$(", StringComparison.Ordinal))
        {
            errors.Require(image.Name.Length is >= 3 and <= LongestName, $"{path}.name", $"\"{image.Name}\" has {image.Name.Length} characters: an AMI's name has 3 to {LongestName}");
        }

        errors.Require(!image.TpmSupport || image.BootMode == AwsBootMode.Uefi, $"{path}.tpmSupport", AwsImage.TpmNeedsUefi);
        errors.Require(image.UefiData is null || image.BootMode is AwsBootMode.Uefi or AwsBootMode.UefiPreferred, $"{path}.uefiData", AwsImage.DataNeedsUefi);
        if (image.DeprecateAfter is { } after) DurationRules.Positive(errors, after, $"{path}.deprecateAfter");
        for (var i = 0; i < image.Copies.Count; i++)
        {
            var copy = image.Copies[i];
            errors.Require(copy.Region != aws.Region, $"{path}.copies[{i}].region", $"{copy.Region} is where the AMI is built: remove the copy");
            errors.Require(copy.KmsKeyId is null || copy.Encrypted, $"{path}.copies[{i}].kmsKeyId", AwsVolume.KeyNeedsEncryption);
        }

        for (var i = 0; i < image.AccountCopies.Count; i++)
        {
            var copy = image.AccountCopies[i];
            errors.Require(copy.KmsKeyId is null || copy.Encrypted, $"{path}.accountCopies[{i}].kmsKeyId", AwsVolume.KeyNeedsEncryption);
            errors.Require(
                !image.AccountCopies.Take(i).Any(c => AccountOf(c) == AccountOf(copy) && (c.Region ?? aws.Region) == (copy.Region ?? aws.Region)),
                $"{path}.accountCopies[{i}]", $"there is another copy for {AccountOf(copy)} in the same region: remove one");
        }

        if (image.ShareWith is not { } sharing) return;
        errors.Require(!sharing.Snapshots || sharing.Accounts.Count > 0, $"{path}.shareWith.snapshots", "snapshots are shared with accounts: name some, or remove snapshots");
        errors.Require(!sharing.KeyGrants || sharing.Accounts.Count > 0, $"{path}.shareWith.keyGrants", "grants are given to accounts: name some, or remove keyGrants");
    }

    private static string AccountOf(AwsAccountCopy copy) => copy.RoleArn.Split(':').ElementAtOrDefault(4) ?? "";

    private static void CheckVolume(ErrorList errors, AwsVolume volume, string path)
    {
        errors.Require(volume.KmsKeyId is null || volume.Encrypted == true, $"{path}.kmsKeyId", AwsVolume.KeyNeedsEncryption);
        errors.Require(
            volume.Iops is null || volume.Type is AwsVolumeType.Gp3 or AwsVolumeType.Io1 or AwsVolumeType.Io2, $"{path}.iops", "only gp3, io1 and io2 take iops: set type, or remove iops");
        errors.Require(volume.Throughput is null || volume.Type is AwsVolumeType.Gp3, $"{path}.throughput", "only gp3 takes throughput: set type: gp3, or remove throughput");
        errors.Require(volume.Type is not (AwsVolumeType.Io1 or AwsVolumeType.Io2) || volume.Iops is not null, $"{path}.iops", "io1 and io2 need iops");
    }
}
