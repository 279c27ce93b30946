using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Gcp;

/// <summary>Shielded VM options.</summary>
[CelRule("!has(self.integrityMonitoring) || !self.integrityMonitoring || !has(self.vtpm) || self.vtpm", MonitoringNeedsTpm, FieldPath = ".integrityMonitoring")]
public sealed record GcpShieldedVm
{
    internal const string MonitoringNeedsTpm = "integrity monitoring needs the vTPM: set vtpm: true, or remove integrityMonitoring";

    /// <summary>Boot only what is signed.</summary>
    public bool SecureBoot { get; init; }

    /// <summary>A virtual TPM.</summary>
    public bool Vtpm { get; init; } = true;

    /// <summary>Watch what was booted.</summary>
    public bool IntegrityMonitoring { get; init; } = true;
}
