using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Qemu.Tests.Fakes;

/// <summary>Folders of one test, and a platform in them.</summary>
internal sealed class Lab : IDisposable
{
    private readonly List<BuildEvent> _events = [];

    public Lab(string? scratch = null)
    {
        Root = Directory.CreateTempSubdirectory("imageoperator-qemu-").FullName;
        Folders = new BuildFolders(Make("workspace"), scratch ?? Make("scratch"), Make("cache"), Make("downloads"));
        Output = Make("output");
    }

    public string Root { get; }

    public string Output { get; set; }

    public BuildFolders Folders { get; set; }

    public BuildIdentity Identity { get; init; } = new(Guid.NewGuid().ToString(), "images", "web", "base", 1);

    public InMemoryLedger Ledger { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IReadOnlyList<BuildEvent> Events
    {
        get
        {
            lock (_events) return [.. _events];
        }
    }

    public string Make(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    public QemuTarget Target(QemuSource source, DiskFormat format = DiskFormat.Qcow2) => new()
    {
        Source = source,
        Memory = Api.Common.Quantity.FromMi(256),
        Accelerator = QemuAccelerator.Tcg,
        Output = new QemuOutput { Format = format, Name = "web-base", HostPath = new HostPathFile { Path = Output } },
    };

    public PlatformContext Context(QemuTarget target) => new()
    {
        Identity = Identity,
        Target = new Target { Name = Identity.Target, Qemu = target },
        Communicator = new Communicator { Ssh = new SshCommunicator { User = "builder" } },
        Ledger = Ledger,
        Folders = Folders,
        Volumes = new SamePaths(),
        Observer = new Recorder(_events),
        Time = Time,
    };

    /// <summary>A new platform object, as a new process would make it.</summary>
    public IPlatform Platform(QemuTarget target, QemuOptions? options = null) => new QemuPlatformFactory(options).Create(Context(target));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private sealed class SamePaths : IVolumeMap
    {
        public string MapHostPath(VolumeUse use, string path) => path;

        public string MapClaim(VolumeUse use, string claimName, string path) => throw new NotSupportedException();
    }

    private sealed class Recorder(List<BuildEvent> events) : IBuildObserver
    {
        public void Observe(BuildEvent buildEvent)
        {
            lock (events) events.Add(buildEvent);
        }
    }
}
