using ImageOperator.Communicators.Ssh;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws;
using ImageOperator.Platforms.Qemu;
using ImageOperator.Provisioners;
using ImageOperator.Workspaces.Lookups;

namespace ImageOperator.Cli.Hosting;

/// <summary>What the engine is put together of: a new platform is one line here.</summary>
internal static class EngineParts
{
    // One for all targets of a build: they look at their machines together.
    private static readonly AwsPlatformFactory Aws = new();

    public static BuildServices Services(IBuildJournal journal, IBuildObserver observer, TimeProvider time, ISecretSource? secrets = null) => new()
    {
        Platforms = [new QemuPlatformFactory(new QemuOptions()), Aws],
        Communicators = [new SshCommunicatorFactory(time, secrets)],
        Provisioners = ProvisionerFactories.All,
        Journal = journal,
        Observer = observer,
        Lookups = new HttpLookups(time),
        Time = time,
    };
}
