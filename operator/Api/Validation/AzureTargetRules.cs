using System.Globalization;
using ImageOperator.Api.Targets.Azure;

namespace ImageOperator.Api.Validation;

internal static class AzureTargetRules
{
    // What Azure refuses in a tag's name.
    private const string Forbidden = "<>%&\\?/";

    private const int MostTags = 42;

    private static readonly System.Buffers.SearchValues<char> ForbiddenSet = System.Buffers.SearchValues.Create(Forbidden);

    public static void Check(ErrorList errors, AzureTarget azure, string path)
    {
        var source = azure.Source;
        errors.Require(new object?[] { source.Marketplace, source.ManagedImage, source.GalleryImage, source.Vhd }.Count(s => s is not null) == 1, $"{path}.source", AzureSource.OneOf);
        errors.Require(source.Plan is null || source.ManagedImage is not null || source.Vhd is not null, $"{path}.source.plan", AzureSource.PlanNeedsImage);
        DurationRules.Positive(errors, azure.ShutdownTimeout, $"{path}.shutdownTimeout");
        CheckTags(errors, azure.Tags, $"{path}.tags");
        CheckTags(errors, azure.RunTags, $"{path}.runTags");
        CheckTags(errors, azure.Image.Tags, $"{path}.image.tags");
        CheckSum(errors, azure.Tags, azure.RunTags, $"{path}.runTags");
        CheckSum(errors, azure.Tags, azure.Image.Tags, $"{path}.image.tags");
        if (azure.Security is { } security)
        {
            errors.Require(security.ConfidentialDisk is null || security.Type == AzureSecurityType.ConfidentialVM, $"{path}.security.confidentialDisk", AzureSecurity.DiskNeedsConfidential);
            errors.Require(security.VTpm || security.Type != AzureSecurityType.ConfidentialVM, $"{path}.security.vTpm", AzureSecurity.ConfidentialNeedsTpm);
        }

        errors.Unique(azure.DataDisks.Select(d => d.Lun.ToString(CultureInfo.InvariantCulture)), $"{path}.dataDisks", "lun");
        errors.Require(azure.DataDisks.Count == 0 || azure.Security?.Type != AzureSecurityType.ConfidentialVM, $"{path}.dataDisks", AzureDataDisk.NotConfidential);
        CheckImage(errors, azure, $"{path}.image");
    }

    private static void CheckImage(ErrorList errors, AzureTarget azure, string path)
    {
        var image = azure.Image;
        errors.Require(image.ManagedImage is not null || image.Gallery is not null || image.Snapshot is not null || image.Vhd is not null, path, AzureImage.AtLeastOne);
        errors.Require(
            image.ManagedImage is null || azure.Security is null, $"{path}.managedImage", "Azure makes no managed image of machines with Trusted Launch or of confidential ones: use gallery, or remove security");
        errors.Require(
            image.Gallery is not null || azure.Security is null, $"{path}.gallery", "machines with security are tested and kept by way of a gallery: set gallery, or remove security");
        if (image.ManagedImage is { } managed) CheckName(errors, managed.Name, 80, $"{path}.managedImage.name");
        if (image.Snapshot is { } snapshot) CheckName(errors, snapshot.Name, azure.DataDisks.Count == 0 ? 80 : 80 - "-lun63".Length, $"{path}.snapshot.name");
        errors.Require(image.Vhd is null || azure.Security?.ConfidentialDisk != AzureConfidentialDisk.DiskWithVMGuestState, $"{path}.vhd", AzureVhdBlob.DiskIsItsMachines);
        if (image.Vhd is { } vhd) CheckBlob(errors, vhd, $"{path}.vhd");
        if (image.Gallery is not { } gallery) return;
        if (gallery.EndOfLifeAfter is { } after) DurationRules.Positive(errors, after, $"{path}.gallery.endOfLifeAfter");
        errors.Require(!gallery.BlockDeletionBeforeEndOfLife || gallery.EndOfLifeAfter is not null, $"{path}.gallery.blockDeletionBeforeEndOfLife", AzureGalleryImage.BlockNeedsEnd);
        if (gallery.Version is { } version && !version.Contains("$(", StringComparison.Ordinal))
        {
            errors.Require(version.Split('.').All(n => int.TryParse(n, out _)), $"{path}.gallery.version", $"\"{version}\" has a number that is too large: at most {int.MaxValue}");
        }

        for (var i = 0; i < gallery.Regions.Count; i++)
        {
            errors.Require(gallery.Regions[i].Name != azure.Location, $"{path}.gallery.regions[{i}].name", $"{azure.Location} is where the image is built: remove the region, and set replicas beside it");
        }
    }

    private static void CheckBlob(ErrorList errors, AzureVhdBlob vhd, string path)
    {
        if (!vhd.Account.Contains("$(", StringComparison.Ordinal)) errors.Require(vhd.Account.Length <= 24, $"{path}.account", $"\"{vhd.Account}\" has {vhd.Account.Length} characters: a storage account has at most 24");
        if (vhd.Container.Contains("$(", StringComparison.Ordinal)) return;
        var isName = vhd.Container.Length <= 63 && vhd.Container[0] != '-' && vhd.Container[^1] != '-' && !vhd.Container.Contains("--", StringComparison.Ordinal);
        errors.Require(isName, $"{path}.container", $"\"{vhd.Container}\" is no container's name: at most 63 small letters, digits and single hyphens between them");
    }

    private static void CheckName(ErrorList errors, string name, int longest, string path)
    {
        if (name.Contains("$(", StringComparison.Ordinal)) return;
        errors.Require(name.Length <= longest, path, $"\"{name}\" has {name.Length} characters: at most {longest}");
        errors.Require(!name.EndsWith('.') && !name.EndsWith('-'), path, $"\"{name}\" ends in a dot or hyphen: end it in a letter, digit or underscore");
    }

    /// <summary>A thing of Azure has 50 tags, of which the marks of a build take up to eight.</summary>
    private static void CheckSum(ErrorList errors, IReadOnlyDictionary<string, string>? all, IReadOnlyDictionary<string, string>? further, string path)
    {
        var names = (all?.Keys ?? []).Concat(further?.Keys ?? []).ToHashSet(StringComparer.OrdinalIgnoreCase);
        errors.Require(names.Count <= MostTags, path, $"with tags there are {names.Count} tags: a thing of Azure has 50, and a build's marks need {50 - MostTags} of them");
    }

    private static void CheckTags(ErrorList errors, IReadOnlyDictionary<string, string>? tags, string path)
    {
        // Azure knows names by their letters, small or capital.
        foreach (var same in (tags?.Keys ?? []).GroupBy(t => t, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            errors.Require(false, path, $"{string.Join(" and ", same.Order(StringComparer.Ordinal))} are the same tag for Azure: remove one");
        }

        foreach (var tag in tags?.Keys ?? [])
        {
            errors.Require(tag.AsSpan().IndexOfAny(ForbiddenSet) < 0, path, $"{tag}: a tag of Azure has none of {Forbidden} in its name: choose another name");
            errors.Require(!tag.StartsWith("imageoperator-", StringComparison.OrdinalIgnoreCase), path, $"{tag}: tags that begin with imageoperator- mark what a build made: choose another name");
        }
    }
}
