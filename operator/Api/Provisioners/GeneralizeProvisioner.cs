using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Removes what makes the machine this one, so that each machine made of the image becomes its own. Best as the last step; what was removed is verified.</summary>
public sealed record GeneralizeProvisioner : IChecked
{
    /// <summary>/etc/machine-id is emptied, and D-Bus' copy: systemd makes a new one at the first boot.</summary>
    public bool MachineId { get; init; } = true;

    /// <summary>SSH's host keys are removed. cloud-init makes new ones; where there is no cloud-init, a unit that does it at the first boot is put in place.</summary>
    public bool SshHostKeys { get; init; } = true;

    /// <summary>cloud-init forgets that it has run: <c>cloud-init clean</c>.</summary>
    public bool CloudInit { get; init; } = true;

    /// <summary>The shell histories of all users.</summary>
    public bool ShellHistory { get; init; } = true;

    /// <summary>Logs: files below /var/log are emptied, rotated ones and the journal removed; wtmp, btmp and lastlog emptied.</summary>
    public bool Logs { get; init; } = true;

    /// <summary>Leases of DHCP clients.</summary>
    public bool DhcpLeases { get; init; } = true;

    /// <summary>udev's rules that bind network interfaces to hardware addresses.</summary>
    public bool UdevRules { get; init; } = true;

    /// <summary>What is in /tmp and /var/tmp.</summary>
    public bool TemporaryFiles { get; init; } = true;

    /// <summary>The saved random seed.</summary>
    public bool RandomSeed { get; init; } = true;

    /// <summary>The key pair of this build, in all authorized_keys.</summary>
    public bool BuildKeys { get; init; } = true;

    /// <summary>Downloaded packages and the package manager's lists.</summary>
    public bool PackageCache { get; init; }

    /// <summary>More paths to remove, absolute, with the shell's patterns.</summary>
    [Bounds(Max = 128, MaxItemLength = 1024)]
    public IReadOnlyList<string> Paths { get; init; } = [];

    void IChecked.Check(ErrorList errors, string path)
    {
        for (var i = 0; i < Paths.Count; i++)
        {
            errors.Require(Paths[i].StartsWith('/') && Paths[i].Trim('/', '*', '.', ' ').Contains('/', StringComparison.Ordinal) && !Paths[i].Split('/').Contains(".."), $"{path}.paths[{i}]",
                $"\"{SchemaText.Short(Paths[i])}\" cannot be removed: write an absolute path at least two levels deep, without ..");
        }
    }
}
