using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Capture;
using ImageOperator.Platforms.Qemu.Machines;
using ImageOperator.Platforms.Qemu.Processes;

namespace ImageOperator.Platforms.Qemu.Sweep;

/// <summary>Finds processes, folders and staged files of this build's target that the ledger does not know.</summary>
internal sealed class StrayFinder(PlatformContext context, QemuTarget target)
{
    public IReadOnlyList<LedgerEntry> Find()
    {
        var strays = new List<LedgerEntry>();
        foreach (var purpose in new[] { MachinePurpose.Build, MachinePurpose.Test })
        {
            var folder = MachineFolder.Of(context.Identity, context.Folders, purpose);
            if (context.Ledger.Find(folder.LedgerKey) is not null) continue;
            if (Directory.Exists(folder.Path) || ProcessTable.FindByArguments("-name", folder.MachineName).Count > 0)
            {
                strays.Add(Stray(folder.LedgerKey, ResourceTypes.Machine, folder.Path));
            }
        }

        var place = OutputPlace.Of(context.Identity, target.Output, context.Volumes);
        if (context.Ledger.Find(ResourceTypes.ImageKey) is null && Directory.Exists(place.StagingFolder))
        {
            strays.Add(Stray(ResourceTypes.ImageKey, ResourceTypes.Image, place.StagedPath));
        }

        return strays;
    }

    private LedgerEntry Stray(string key, string type, string id) => new()
    {
        Key = key,
        Type = type,
        Id = id,
        State = LedgerState.Created,
        Temporary = true,
        Attempt = context.Identity.Attempt,
    };
}
