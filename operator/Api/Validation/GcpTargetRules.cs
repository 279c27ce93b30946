using System.Text.RegularExpressions;
using ImageOperator.Api.Targets.Gcp;

namespace ImageOperator.Api.Validation;

internal static partial class GcpTargetRules
{
    private const int LongestName = 63;
    private const string Tar = ".tar.gz";
    private const string OwnLabels = "imageoperator-";

    /// <summary>Those that the build sets itself.</summary>
    private static readonly string[] OwnMetadata = ["ssh-keys", "startup-script", "imageoperator-startup-script", "enable-guest-attributes", "enable-oslogin", "block-project-ssh-keys"];

    /// <summary>Those that would let others in, or run beside the build's own script.</summary>
    private static readonly string[] RefusedMetadata = ["sshKeys", "startup-script-url"];

    private const int MostLabels = 64;

    /// <summary>Those of ours that a machine or an image bears.</summary>
    private const int OurLabels = 7;
    private const int LongestMetadata = 256 * 1024;
    private const int MostMetadata = 512 * 1024;

    /// <summary>Keys, the login and what runs the startup script.</summary>
    private const int OurMetadata = 4096;

    public static void Check(ErrorList errors, GcpTarget gcp, string path)
    {
        var sources = new object?[] { gcp.Source.Image, gcp.Source.Family, gcp.Source.Storage }.Count(s => s is not null);
        errors.Require(sources == 1, $"{path}.source", GcpSource.OneOf);
        errors.Require(gcp.Source.Project is null || gcp.Source.Storage is null, $"{path}.source.project", "an object of Cloud Storage is of no project: remove project");
        errors.Require(gcp.Source.Storage?.EndsWith(Tar, StringComparison.Ordinal) != false, $"{path}.source.storage", GcpSource.TarOnly);
        errors.Require(
            gcp.Source.Project is null || gcp.Source.Image?.Contains("projects/", StringComparison.Ordinal) != true, $"{path}.source.project",
            "the self link in image names the project already: remove project");
        errors.Require(gcp.Network?.Project is null || gcp.Network.Subnetwork is not null, $"{path}.network.project", GcpNetworking.SharedNeedsSubnetwork);
        errors.Require(gcp.ShieldedVm is not { IntegrityMonitoring: true, Vtpm: false }, $"{path}.shieldedVm.integrityMonitoring", GcpShieldedVm.MonitoringNeedsTpm);
        DurationRules.Positive(errors, gcp.ShutdownTimeout, $"{path}.shutdownTimeout");
        DurationRules.Positive(errors, gcp.StartupTimeout, $"{path}.startupTimeout");
        var lifetime = gcp.MachineLifetime.Value;
        errors.Require(lifetime >= TimeSpan.FromSeconds(30) && lifetime <= TimeSpan.FromDays(120), $"{path}.machineLifetime", GcpTarget.LifetimeMessage);
        foreach (var own in OwnMetadata.Where(k => gcp.Metadata?.ContainsKey(k) == true))
        {
            errors.Add($"{path}.metadata", $"{own} is set by the build: remove it{(own == "startup-script" ? ", and set startupScript" : "")}");
        }

        foreach (var refused in RefusedMetadata.Where(k => gcp.Metadata?.ContainsKey(k) == true))
        {
            errors.Add($"{path}.metadata", $"{refused} is not what a build can answer for: remove it{(refused == "sshKeys" ? "" : ", and set startupScript")}");
        }

        CheckMetadata(errors, gcp, $"{path}.metadata");
        CheckLabelCount(errors, [gcp.Labels, gcp.RunLabels], $"{path}.runLabels");
        CheckLabelCount(errors, [gcp.Labels, gcp.Image.Labels], $"{path}.image.labels");
        CheckLabels(errors, gcp.Labels, $"{path}.labels");
        CheckLabels(errors, gcp.RunLabels, $"{path}.runLabels");
        CheckLabels(errors, gcp.Image.Labels, $"{path}.image.labels");
        CheckImage(errors, gcp.Image, $"{path}.image");
        CheckExport(errors, gcp, $"{path}.export");
    }

    public static void CheckLabels(ErrorList errors, IReadOnlyDictionary<string, string>? labels, string path)
    {
        foreach (var (label, value) in labels ?? new Dictionary<string, string>())
        {
            errors.Require(Label().IsMatch(label), path, $"{label}: a label's key is a lower-case letter, then up to 62 lower-case letters, digits, dashes and underscores");
            errors.Require(
                value.Contains("$(", StringComparison.Ordinal) || LabelValue().IsMatch(value), path, $"{label}: a label's value is up to 63 lower-case letters, digits, dashes and underscores");
            errors.Require(!label.StartsWith(OwnLabels, StringComparison.Ordinal), path, $"{label}: labels that begin with {OwnLabels} mark what a build made: choose another name");
        }
    }

    private static void CheckMetadata(ErrorList errors, GcpTarget gcp, string path)
    {
        var all = OurMetadata + Length(gcp.StartupScript ?? "");
        foreach (var (key, value) in gcp.Metadata ?? new Dictionary<string, string>())
        {
            errors.Require(MetadataKey().IsMatch(key), path, $"{SchemaText.Short(key)}: a key is up to 128 letters, digits, dashes and underscores");
            errors.Require(Length(value) <= LongestMetadata, path, $"{SchemaText.Short(key)}: a value has at most {LongestMetadata / 1024} KiB");
            all += key.Length + Length(value);
        }

        errors.Require(all <= MostMetadata, path, $"metadata and startupScript have more than {MostMetadata / 1024} KiB together: fetch what is large from elsewhere");
    }

    private static void CheckLabelCount(ErrorList errors, IReadOnlyList<IReadOnlyDictionary<string, string>?> labels, string path)
    {
        var count = labels.SelectMany(l => l?.Keys ?? []).Distinct().Count();
        errors.Require(count <= MostLabels - OurLabels, path, $"{count} labels with those of labels: Google Cloud takes {MostLabels}, of which {OurLabels} are the build's: remove some");
    }

    private static int Length(string text) => System.Text.Encoding.UTF8.GetByteCount(text);

    private static void CheckImage(ErrorList errors, GcpImage image, string path)
    {
        CheckName(errors, image.Name, $"{path}.name");
        if (image.Family is { } family) CheckName(errors, family, $"{path}.family");
        errors.Require(image.OlderImages is null || image.Family is not null, $"{path}.olderImages", GcpImage.OlderNeedsFamily);
        if (image.DeprecateAfter is { } after) DurationRules.Positive(errors, after, $"{path}.deprecateAfter");
        if (image.OlderImages is not { } older) return;
        if (older.ObsoleteAfter is { } obsolete) DurationRules.Positive(errors, obsolete, $"{path}.olderImages.obsoleteAfter");
        if (older.DeleteAfter is { } delete) DurationRules.Positive(errors, delete, $"{path}.olderImages.deleteAfter");
        errors.Require(
            older.ObsoleteAfter is not { } first || older.DeleteAfter is not { } last || first.Value <= last.Value, $"{path}.olderImages.deleteAfter",
            "images are obsolete before they are deleted: raise deleteAfter, or lower obsoleteAfter");
    }

    private static void CheckExport(ErrorList errors, GcpTarget gcp, string path)
    {
        if (gcp.Export is not { } export) return;
        errors.Require(export.ServiceAccount is not null || gcp.ServiceAccount is not null, path, GcpExport.NeedsAccount);
        errors.Require(export.Storage.EndsWith(Tar, StringComparison.Ordinal), $"{path}.storage", GcpExport.TarOnly);
        errors.Require(gcp.Source.Storage is null || gcp.Source.Storage != export.Storage, $"{path}.storage", "that is the source: an object is never replaced, name another");
        DurationRules.Positive(errors, export.Timeout, $"{path}.timeout");
        errors.Require(export.Timeout.Value <= TimeSpan.FromDays(100), $"{path}.timeout", "Compute Engine lets no machine run so long: at most 2400h");
    }

    private static void CheckName(ErrorList errors, string name, string path)
    {
        if (name.Contains("$(", StringComparison.Ordinal)) return;
        errors.Require(Name().IsMatch(name), path, $"\"{SchemaText.Short(name)}\" is no name: a lower-case letter, then up to {LongestName - 1} lower-case letters, digits and dashes, the last one no dash");
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?\\z")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,62}\\z")]
    private static partial Regex Label();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,128}\\z")]
    private static partial Regex MetadataKey();

    [GeneratedRegex("^[a-z0-9_-]{0,63}\\z")]
    private static partial Regex LabelValue();
}
