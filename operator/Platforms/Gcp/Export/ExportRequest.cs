using System.Globalization;
using System.Text.Json;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Machines;

namespace ImageOperator.Platforms.Gcp.Export;

/// <summary>Writes the requests for the worker and its disk.</summary>
internal sealed class ExportRequest(PlatformContext context, GcpTarget target, GcpAccess access, BuildLabels labels)
{
    /// <summary>For the boot, and for what the builder does before and after.</summary>
    private static readonly TimeSpan Beside = TimeSpan.FromMinutes(30);

    private readonly GcpExport _export = target.Export!;

    /// <param name="place">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="marks">What the object bears: whose it is, and of which image.</param>
    public GceInstance Worker(Place place, string name, IReadOnlyDictionary<string, string> marks)
    {
        var network = target.Network ?? new();
        var account = _export.ServiceAccount ?? target.ServiceAccount!;
        var own = labels.Of(ResourceTypes.ExportWorkerKey);
        return new()
        {
            Name = name,
            Description = $"Exports the image of the ImageOperator build {context.Identity.Name}, target {context.Identity.Target}",
            MachineType = $"zones/{place.Zone}/machineTypes/{place.MachineType}",
            Labels = own,
            Disks =
            [
                new()
                {
                    Boot = true,
                    AutoDelete = true,
                    DiskEncryptionKey = Key,
                    InitializeParams = new() { DiskName = name, SourceImage = _export.WorkerImage, DiskType = DiskType(place.Zone), Labels = own },
                },
            ],
            NetworkInterfaces = [InstanceRequest.Interface(network, access.Project, place)],
            Tags = network.Tags.Count > 0 ? new(network.Tags) : null,
            Metadata = new(
            [
                new("enable-guest-attributes", "TRUE"),
                // Nobody logs in.
                new("block-project-ssh-keys", "TRUE"),
                new("enable-oslogin", "TRUE"),
                new("startup-script", ExportScript.Text),
                new(ExportScript.MetadataKey, Settings(marks)),
            ]),
            Scheduling = new()
            {
                ProvisioningModel = "STANDARD",
                AutomaticRestart = false,
                InstanceTerminationAction = "DELETE",
                MaxRunDuration = new(((long)(_export.Timeout.Value + target.StartupTimeout.Value + Beside).TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            },
            ShieldedInstanceConfig = target.ShieldedVm is { } s ? new(s.SecureBoot, s.Vtpm, s.IntegrityMonitoring) : null,
            ServiceAccounts = [new(account.Email, account.Scopes)],
        };
    }

    public GceDisk Disk(GcpLink disk, string image) => new()
    {
        Name = disk.Name,
        SourceImage = image,
        Type = DiskType(disk.Zone!),
        DiskEncryptionKey = Key,
        Labels = labels.Of(ResourceTypes.ExportDiskKey),
    };

    /// <summary>For reading only: nothing in the worker changes the image's content.</summary>
    public static GceAttachedDisk Attachment(GcpLink disk) => new() { Source = disk.ToString(), Mode = "READ_ONLY", DeviceName = ExportScript.DeviceName, AutoDelete = false };

    private GceKey? Key => target.Disk?.KmsKeyName is { } key ? new(key) : null;

    // Read once, from one end to the other: what the target pays for its build's disk says nothing of that.
    private string DiskType(string zone) => $"projects/{access.Project}/zones/{zone}/diskTypes/pd-balanced";

    private string Settings(IReadOnlyDictionary<string, string> marks)
    {
        var to = StorageLink.Parse(_export.Storage);
        return JsonSerializer.Serialize(new { api = access.StorageEndpoint, bucket = to.Bucket, @object = to.Name, device = ExportScript.Device, metadata = marks }, GoogleRest.Json);
    }
}
