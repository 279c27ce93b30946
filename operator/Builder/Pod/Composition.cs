using ImageOperator.Communicators.Ssh;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws;
using ImageOperator.Platforms.Azure;
using ImageOperator.Platforms.Gcp;
using ImageOperator.Platforms.Qemu;
using ImageOperator.Provisioners;
using ImageOperator.Workspaces.Lookups;

namespace ImageOperator.Builder.Pod;

/// <summary>Every platform, communicator and provisioner that this program has.</summary>
internal static class Composition
{
    public static IReadOnlyList<IPlatformProbe> Probes => [new QemuProbe(), new AwsProbe(), new AzureProbe(), new GcpProbe()];

    public static BuildServices Create(IBuildJournal journal, IBuildObserver observer, TimeProvider time, ISecretSource? secrets = null) => new()
    {
        Platforms = [new QemuPlatformFactory(), new AwsPlatformFactory(), new AzurePlatformFactory(), new GcpPlatformFactory()],
        Communicators = [new SshCommunicatorFactory(time, secrets)],
        Provisioners = ProvisionerFactories.All,
        Journal = journal,
        Observer = observer,
        Lookups = new HttpLookups(time),
        Time = time,
    };
}
