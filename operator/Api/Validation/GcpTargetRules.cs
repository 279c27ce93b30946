using System.Text.RegularExpressions;
using ImageOperator.Api.Targets.Gcp;

namespace ImageOperator.Api.Validation;

internal static partial class GcpTargetRules
{
    private const int LongestName = 63;
    private const string OwnLabels = "imageoperator-";

    /// <summary>Those that the build sets itself.</summary>
    private static readonly string[] OwnMetadata = ["ssh-keys", "startup-script", "enable-guest-attributes", "enable-oslogin", "block-project-ssh-keys"];

    public static void Check(ErrorList errors, GcpTarget gcp, string path)
    {
        var sources = new object?[] { gcp.Source.Image, gcp.Source.Family, gcp.Source.Storage }.Count(s => s is not null);
        errors.Require(sources == 1, $"{path}.source", GcpSource.OneOf);
        errors.Require(gcp.Source.Project is null || gcp.Source.Storage is null, $"{path}.source.project", "an object of Cloud Storage is of no project: remove project");
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

        CheckLabels(errors, gcp.Labels, $"{path}.labels");
        CheckLabels(errors, gcp.RunLabels, $"{path}.runLabels");
        CheckLabels(errors, gcp.Image.Labels, $"{path}.image.labels");
        CheckImage(errors, gcp.Image, $"{path}.image");
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

    private static void CheckName(ErrorList errors, string name, string path)
    {
        if (name.Contains("$(", StringComparison.Ordinal)) return;
        errors.Require(Name().IsMatch(name), path, $"\"{SchemaText.Short(name)}\" is no name: a lower-case letter, then up to {LongestName - 1} lower-case letters, digits and dashes, the last one no dash");
    }

    [GeneratedRegex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?\\z")]
    private static partial Regex Name();

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,62}\\z")]
    private static partial Regex Label();

    [GeneratedRegex("^[a-z0-9_-]{0,63}\\z")]
    private static partial Regex LabelValue();
}
