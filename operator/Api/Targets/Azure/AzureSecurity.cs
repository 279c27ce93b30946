using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Targets.Azure;

/// <summary>Trusted Launch or confidential machines.</summary>
[CelRule("!has(self.confidentialDisk) || self.type == 'ConfidentialVM'", DiskNeedsConfidential, FieldPath = ".confidentialDisk")]
[CelRule("!has(self.vTpm) || self.vTpm || self.type != 'ConfidentialVM'", ConfidentialNeedsTpm, FieldPath = ".vTpm")]
public sealed record AzureSecurity
{
    internal const string DiskNeedsConfidential = "needs type: ConfidentialVM";

    internal const string ConfidentialNeedsTpm = "a confidential machine has a virtual TPM: remove vTpm, or choose type: TrustedLaunch";

    /// <summary>Which.</summary>
    public required AzureSecurityType Type { get; init; }

    /// <summary>Boot signed software only.</summary>
    public bool SecureBoot { get; init; } = true;

    /// <summary>Give machines a virtual TPM.</summary>
    public bool VTpm { get; init; } = true;

    /// <summary>What of a confidential machine is encrypted with its TPM. Unset: VMGuestStateOnly.</summary>
    public AzureConfidentialDisk? ConfidentialDisk { get; init; }
}
