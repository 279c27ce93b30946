using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Provisioners;

/// <summary>
/// What a step of provisioners, onFailure or tests can be. This is the one list of kinds: schema, validation, reference and builder go by it.
/// </summary>
[Choice(Allowed.ExactlyOne)]
public abstract record StepKinds
{
    /// <summary>Commands run on the machine.</summary>
    [Alternative]
    public ShellProvisioner? Shell { get; init; }

    /// <summary>Files copied to or from the machine.</summary>
    [Alternative]
    public FileProvisioner? File { get; init; }

    /// <summary>Commands run where the builder runs, not on the machine.</summary>
    [Alternative]
    public LocalProvisioner? Local { get; init; }

    /// <summary>Packages of the machine, as they shall be.</summary>
    [Alternative]
    public PackagesProvisioner? Packages { get; init; }

    /// <summary>Boots the machine anew and goes on.</summary>
    [Alternative]
    public RebootProvisioner? Reboot { get; init; }

    /// <summary>Waits until cloud-init is done.</summary>
    [Alternative]
    public CloudInitProvisioner? CloudInit { get; init; }

    /// <summary>Removes what makes the machine this one, before it becomes an image.</summary>
    [Alternative]
    public GeneralizeProvisioner? Generalize { get; init; }

    /// <summary>Holds the build until someone says how to go on.</summary>
    [Alternative]
    public BreakpointProvisioner? Breakpoint { get; init; }

    /// <summary>A playbook run by the builder.</summary>
    [Alternative]
    public AnsibleProvisioner? Ansible { get; init; }

    /// <summary>A playbook run on the machine.</summary>
    [Alternative]
    public AnsibleLocalProvisioner? AnsibleLocal { get; init; }

    /// <summary>Chef, with cookbooks of the workspace or a server.</summary>
    [Alternative]
    public ChefProvisioner? Chef { get; init; }

    /// <summary>Puppet, with a manifest of the workspace or a server.</summary>
    [Alternative]
    public PuppetProvisioner? Puppet { get; init; }

    /// <summary>Salt, without a master.</summary>
    [Alternative]
    public SaltProvisioner? Salt { get; init; }

    /// <summary>Checks of a gossfile.</summary>
    [Alternative]
    public GossProvisioner? Goss { get; init; }

    /// <summary>A scan by OpenSCAP, with a gate.</summary>
    [Alternative]
    public OpenscapProvisioner? Openscap { get; init; }

    /// <summary>An audit by Lynis, with a gate.</summary>
    [Alternative]
    public LynisProvisioner? Lynis { get; init; }
}
