namespace ImageOperator.Api.Conditions;

/// <summary>The reasons of conditions, events and failures: a closed, documented vocabulary.</summary>
public static class Reasons
{
    // Templates

    /// <summary>The template can be built.</summary>
    public const string Valid = "Valid";

    /// <summary>The template contradicts itself; the message names the field and the mend.</summary>
    public const string Invalid = "Invalid";

    /// <summary>Something that is referred to is not there.</summary>
    public const string ReferenceNotFound = "ReferenceNotFound";

    /// <summary>The template can be built, but takes up no new builds: spec.suspend.</summary>
    public const string Suspended = "Suspended";
    // Platforms

    /// <summary>A probe pod finds out whether the platform can be used.</summary>
    public const string Probing = "Probing";

    /// <summary>The platform can be used.</summary>
    public const string ProbeSucceeded = "ProbeSucceeded";

    /// <summary>The platform knows the credentials and answers.</summary>
    public const string CredentialsWork = "CredentialsWork";

    /// <summary>The platform refuses the credentials, or there are none; someone must act. Probed again from time to time.</summary>
    public const string CredentialsRefused = "CredentialsRefused";

    /// <summary>The probe came to no result: no pod, no network, no answer. It is tried again.</summary>
    public const string ProbeFailed = "ProbeFailed";

    // Builds

    /// <summary>The build waits to be taken up.</summary>
    public const string Pending = "Pending";

    /// <summary>As many builds run as a limit allows: the build waits in the queue, the message has its place.</summary>
    public const string Queued = "Queued";

    /// <summary>The namespace has used up its machine-hours of the month on the platform; the message says when the month turns.</summary>
    public const string MachineHoursExhausted = "MachineHoursExhausted";

    /// <summary>Builder pods work.</summary>
    public const string Building = "Building";

    /// <summary>Every target is captured, tested and distributed.</summary>
    public const string Succeeded = "Succeeded";

    /// <summary>Nothing had to be built: results of the same inputs exist, and are this build's.</summary>
    public const string UpToDate = "UpToDate";

    /// <summary>What would be built, and why, stands in status; nothing was built.</summary>
    public const string Planned = "Planned";

    /// <summary>A target must be built; the message says what has changed.</summary>
    public const string BuildNeeded = "BuildNeeded";

    /// <summary>At least one target failed.</summary>
    public const string Failed = "Failed";

    /// <summary>The build was cancelled by its spec.</summary>
    public const string Cancelled = "Cancelled";

    /// <summary>The target was cancelled because another one failed, as failurePolicy.otherTargets asks.</summary>
    public const string OtherTargetFailed = "OtherTargetFailed";

    /// <summary>The build is being cancelled.</summary>
    public const string Cancelling = "Cancelling";

    /// <summary>The build is deleted; what it made is being removed.</summary>
    public const string Deleting = "Deleting";

    /// <summary>The build's template does not exist.</summary>
    public const string TemplateNotFound = "TemplateNotFound";

    /// <summary>The build's template is suspended: the build waits.</summary>
    public const string TemplateSuspended = "TemplateSuspended";
    /// <summary>The ClusterImageTemplate does not allow the build's namespace.</summary>
    public const string TemplateNotAllowed = "TemplateNotAllowed";

    /// <summary>A platform that the build's targets refer to does not exist; the build waits for it.</summary>
    public const string PlatformNotFound = "PlatformNotFound";

    /// <summary>A platform that the build's targets refer to is not ready; the build waits for it.</summary>
    public const string PlatformNotReady = "PlatformNotReady";

    /// <summary>A ClusterImagePlatform does not allow the build's namespace; the build waits until it does.</summary>
    public const string PlatformNotAllowed = "PlatformNotAllowed";

    /// <summary>The template, or the build's parameters, are not valid.</summary>
    public const string TemplateInvalid = "TemplateInvalid";

    /// <summary>A builder pod was started.</summary>
    public const string PodCreated = "PodCreated";

    /// <summary>A builder pod went away without a result; the next attempt continues.</summary>
    public const string PodLost = "PodLost";

    /// <summary>As many pods were lost as failurePolicy.maxAttempts allows.</summary>
    public const string AttemptsExhausted = "AttemptsExhausted";

    /// <summary>A builder pod could not start in time.</summary>
    public const string PodNotStarted = "PodNotStarted";

    /// <summary>A target reached a stage.</summary>
    public const string StageReached = "StageReached";

    /// <summary>A sweeper pod removes what a build left.</summary>
    public const string Sweeping = "Sweeping";

    /// <summary>Clean-up was given up on request; what is left is listed.</summary>
    public const string CleanupAbandoned = "CleanupAbandoned";

    /// <summary>A source of Flux that the workspace needs does not exist, has no artifact yet, or must not be read; the build waits for it.</summary>
    public const string WorkspaceNotReady = "WorkspaceNotReady";

    // Failures of a target

    /// <summary>A file of the workspace cannot be had, or is not what it should be; the message names the entry.</summary>
    public const string WorkspaceUnavailable = "WorkspaceUnavailable";

    /// <summary>The build took longer than its timeout.</summary>
    public const string Timeout = "Timeout";

    /// <summary>A step took longer than its timeout.</summary>
    public const string StepTimeout = "StepTimeout";

    /// <summary>A provisioner failed.</summary>
    public const string ProvisionerFailed = "ProvisionerFailed";

    /// <summary>A test on the captured image failed.</summary>
    public const string TestFailed = "TestFailed";

    /// <summary>A look-up's value cannot be had; the message names the look-up.</summary>
    public const string LookupFailed = "LookupFailed";

    /// <summary>The source image cannot be had.</summary>
    public const string SourceUnavailable = "SourceUnavailable";

    /// <summary>The source image is not the one that the checksum names.</summary>
    public const string ChecksumMismatch = "ChecksumMismatch";

    /// <summary>The machine could not be created or ended by itself.</summary>
    public const string MachineFailed = "MachineFailed";

    /// <summary>No session to the machine; the message names the layer.</summary>
    public const string ConnectionFailed = "ConnectionFailed";

    /// <summary>The machine's disk could not be made an image.</summary>
    public const string CaptureFailed = "CaptureFailed";

    /// <summary>The image could not be put where it was wanted.</summary>
    public const string DistributionFailed = "DistributionFailed";

    /// <summary>A volume is full.</summary>
    public const string NoSpace = "NoSpace";

    /// <summary>The platform refuses the credentials, or lacks a permission.</summary>
    public const string Unauthorized = "Unauthorized";

    /// <summary>The platform lacks capacity or quota.</summary>
    public const string NoCapacity = "NoCapacity";

    /// <summary>The manifest of a build could not be written into its ConfigMap.</summary>
    public const string ManifestNotWritten = "ManifestNotWritten";

    /// <summary>A defect of ImageOperator itself.</summary>
    public const string InternalError = "InternalError";
}
