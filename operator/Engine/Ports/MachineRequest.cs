namespace ImageOperator.Engine.Ports;

/// <summary>Which machine to make.</summary>
/// <param name="Purpose">What it is for; part of its ledger keys.</param>
/// <param name="Credentials">What is put into the machine so that the communicator can trust it and log in.</param>
/// <param name="Image">For a test machine the captured image to boot; it must not be changed.</param>
public sealed record MachineRequest(MachinePurpose Purpose, MachineCredentials Credentials, CapturedImage? Image = null);

/// <summary>What a machine is for.</summary>
public enum MachinePurpose
{
    /// <summary>To be provisioned and captured.</summary>
    Build,

    /// <summary>To test the captured image.</summary>
    Test,
}
