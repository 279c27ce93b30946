using ImageOperator.Api.Platforms;

namespace ImageOperator.Api.Validation;

/// <summary>Says everything that is wrong with a platform beyond its structure.</summary>
public static class PlatformValidator
{
    /// <summary>Validates a platform.</summary>
    public static IReadOnlyList<ValidationError> Validate(IPlatformObject platform) =>
        [.. NameRules.Check(platform.Metadata?.Name), .. Validate(platform.Settings)];

    /// <summary>Validates a platform's spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">Where it stands.</param>
    public static IReadOnlyList<ValidationError> Validate(ImagePlatformSpec spec, string path = "spec")
    {
        var errors = new ErrorList();
        var blocks = new object?[] { spec.Qemu, spec.Aws, spec.Azure, spec.Gcp }.Count(b => b is not null);
        errors.Require(blocks == 1, path, ImagePlatformSpec.OneBlock);
        if (spec.Qemu is { } qemu) CheckQemu(errors, qemu, spec, path);
        if (spec.Aws is { } aws) CloudPlatformRules.Check(errors, aws, $"{path}.aws");
        if (spec.Azure is { } azure) CloudPlatformRules.Check(errors, azure, spec.Credentials, spec is ClusterImagePlatformSpec, $"{path}.azure");
        if (spec.Gcp is { } gcp) CloudPlatformRules.Check(errors, gcp, spec.Credentials, spec is ClusterImagePlatformSpec, $"{path}.gcp");
        if (spec.Credentials is { } credentials) CheckCredentials(errors, credentials, $"{path}.credentials");
        if (spec.PodTemplate is { } pod) PodTemplateRules.Check(errors, pod, $"{path}.podTemplate");
        if (spec is ClusterImagePlatformSpec { AllowedNamespaces: { } allowed }) NamespaceRules.Check(errors, allowed, $"{path}.allowedNamespaces");
        return errors.Errors;
    }

    private static void CheckQemu(ErrorList errors, Platforms.Qemu.QemuPlatformSpec qemu, ImagePlatformSpec spec, string path)
    {
        // Nobody would be shown a Secret, and whoever sets one would think that it protects something. As an account the pods may be somebody for the storages of publish.
        errors.Require(spec.Credentials?.SecretRef is null, $"{path}.credentials", "QEMU needs no credentials: remove the Secret, or name a serviceAccountName, as which the pods publish");
        if (qemu.Cache is not { } cache) return;
        var places = new object?[] { cache.EmptyDir, cache.HostPath, cache.PersistentVolumeClaim }.Count(p => p is not null);
        errors.Require(places == 1, $"{path}.qemu.cache", Platforms.Qemu.QemuCache.OnePlace);
    }

    private static void CheckCredentials(ErrorList errors, PlatformCredentials credentials, string path)
    {
        errors.Require(credentials.SecretRef is null != credentials.ServiceAccountName is null, path, PlatformCredentials.OneKind);
        errors.Require(credentials.TokenAudience is null || credentials.ServiceAccountName is not null, $"{path}.tokenAudience", PlatformCredentials.AudienceAlone);
    }
}
