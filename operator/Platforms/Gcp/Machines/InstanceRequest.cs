using System.Globalization;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;

namespace ImageOperator.Platforms.Gcp.Machines;

/// <summary>Writes the request for an instance.</summary>
internal sealed class InstanceRequest(PlatformContext context, GcpTarget target, GcpNetworking network, string project, BuildLabels labels)
{
    public GceInstance Of(MachineRequest machine, string image, Place place, string ledgerKey, string name)
    {
        var marks = labels.Of(ledgerKey);
        var build = machine.Purpose == MachinePurpose.Build;
        return new()
        {
            Name = name,
            Description = $"ImageOperator build {context.Identity.Name}, target {context.Identity.Target}",
            MachineType = $"zones/{place.Zone}/machineTypes/{place.MachineType}",
            Labels = marks,
            Disks = [BootDisk(build, image, place, name, marks)],
            NetworkInterfaces = [Interface(network, project, place)],
            Tags = network.Tags.Count > 0 ? new(network.Tags) : null,
            Metadata = new([.. Metadata(machine, build)]),
            Scheduling = Scheduling(),
            ShieldedInstanceConfig = target.ShieldedVm is { } s ? new(s.SecureBoot, s.Vtpm, s.IntegrityMonitoring) : null,
            ServiceAccounts = target.ServiceAccount is { } account ? [new(account.Email, account.Scopes)] : null,
        };
    }

    private GceAttachedDisk BootDisk(bool build, string image, Place place, string name, IReadOnlyDictionary<string, string> marks)
    {
        var disk = target.Disk ?? new();
        return new()
        {
            Boot = true,
            AutoDelete = true,
            DiskEncryptionKey = disk.KmsKeyName is { } key ? new(key) : null,
            InitializeParams = new()
            {
                DiskName = name,
                SourceImage = image,
                // A test machine's is as large as the image: its content decides.
                DiskSizeGb = build ? disk.SizeGiB?.ToString(CultureInfo.InvariantCulture) : null,
                DiskType = $"projects/{project}/zones/{place.Zone}/diskTypes/{disk.Type}",
                ProvisionedIops = disk.ProvisionedIops?.ToString(CultureInfo.InvariantCulture),
                ProvisionedThroughput = disk.ProvisionedThroughput?.ToString(CultureInfo.InvariantCulture),
                Labels = marks,
            },
        };
    }

    public static GceInterface Interface(GcpNetworking network, string project, Place place)
    {
        var host = network.Project ?? project;
        var region = place.Zone[..place.Zone.LastIndexOf('-')];
        return new()
        {
            Network = network.Network is { } given ? $"projects/{host}/global/networks/{given}" : network.Subnetwork is null ? $"projects/{host}/global/networks/default" : null,
            Subnetwork = network.Subnetwork is { } subnetwork ? $"projects/{host}/regions/{region}/subnetworks/{subnetwork}" : null,
            AccessConfigs = network.ExternalIp ?? (network.Connect is null or GcpConnect.External) ? [new() { Type = "ONE_TO_ONE_NAT", Name = "External NAT" }] : null,
        };
    }

    private IEnumerable<GceMetadataItem> Metadata(MachineRequest machine, bool build)
    {
        foreach (var (key, value) in build ? target.Metadata ?? new Dictionary<string, string>() : new Dictionary<string, string>()) yield return new(key, value);
        // The guest agent then writes the host keys, which are the only ones that the builder trusts.
        yield return new("enable-guest-attributes", "TRUE");
        yield return new("block-project-ssh-keys", "TRUE");
        yield return new("enable-oslogin", target.OsLogin == true ? "TRUE" : "FALSE");
        if (target.OsLogin != true) yield return new("ssh-keys", $"{machine.Credentials.User}:{machine.Credentials.PublicKey.Trim()}");
        if (!build || target.StartupScript is not { } script) yield break;
        yield return new("startup-script", StartupScript.Wrapper);
        yield return new(StartupScript.MetadataKey, script);
    }

    private GceScheduling Scheduling() => new()
    {
        ProvisioningModel = target.Spot ? "SPOT" : "STANDARD",
        AutomaticRestart = false,
        OnHostMaintenance = target.Spot ? "TERMINATE" : null,
        // The dead-man switch of machines that run: the cloud's own. Whoever stops or suspends one clears it; stopped ones are the reaper's.
        InstanceTerminationAction = "DELETE",
        MaxRunDuration = new(((long)target.MachineLifetime.Value.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
    };
}
