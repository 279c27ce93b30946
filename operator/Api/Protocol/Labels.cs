namespace ImageOperator.Api.Protocol;

/// <summary>Labels, annotations, tags and finalizers that the programs agree on.</summary>
public static class Labels
{
    /// <summary>Label and cloud tag: the UID of the ImageBuild that a thing belongs to.</summary>
    public const string BuildUid = GroupVersion.Group + "/build-uid";

    /// <summary>Label: the ImageBuild's name.</summary>
    public const string Build = GroupVersion.Group + "/build";

    /// <summary>Label and cloud tag: the target.</summary>
    public const string Target = GroupVersion.Group + "/target";

    /// <summary>Label and cloud tag: the attempt.</summary>
    public const string Attempt = GroupVersion.Group + "/attempt";

    /// <summary>Label: what a pod is for, <see cref="BuilderRole"/> or <see cref="SweeperRole"/>.</summary>
    public const string Role = GroupVersion.Group + "/role";

    /// <summary>The role of a pod that builds.</summary>
    public const string BuilderRole = "builder";

    /// <summary>The role of a pod that finds out whether a platform can be used.</summary>
    public const string ProbeRole = "probe";

    /// <summary>Annotation of a probe pod: the generation of the platform that it probes.</summary>
    public const string PlatformGeneration = GroupVersion.Group + "/platform-generation";

    /// <summary>The role of a ConfigMap that says what came out of a build.</summary>
    public const string ManifestRole = "manifest";

    /// <summary>The role of a pod that removes what a build left.</summary>
    public const string SweeperRole = "sweeper";

    /// <summary>Annotation of a builder pod: the results that its target may take instead of building, a JSON array of <see cref="EarlierResult"/>.</summary>
    public const string EarlierResults = GroupVersion.Group + "/earlier-results";

    /// <summary>Finalizer: the ImageBuild goes away only when what it made is removed.</summary>
    public const string CleanupFinalizer = GroupVersion.Group + "/cleanup";

    /// <summary>Annotation of an ImageBuild: the W3C traceparent of what made it, a pipeline perhaps; the build becomes part of that trace.</summary>
    public const string Traceparent = GroupVersion.Group + "/traceparent";

    /// <summary>Annotation: a new value makes the operator reconcile at once.</summary>
    public const string ReconcileRequestedAt = GroupVersion.Group + "/reconcile-requested-at";

    /// <summary>Annotation of an ImageBuild: breakpoints that shall hold no longer; see <see cref="ResumeOrders"/>.</summary>
    public const string Resume = GroupVersion.Group + "/resume";

    /// <summary>Annotation: <c>true</c> gives up waiting for the clean-up of a deleted build.</summary>
    public const string AbandonCleanup = GroupVersion.Group + "/abandon-cleanup";
}
