using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Ansible;
using ImageOperator.Provisioners.Breakpoint;
using ImageOperator.Provisioners.Chef;
using ImageOperator.Provisioners.CloudInit;
using ImageOperator.Provisioners.Files;
using ImageOperator.Provisioners.Generalize;
using ImageOperator.Provisioners.Goss;
using ImageOperator.Provisioners.Local;
using ImageOperator.Provisioners.Lynis;
using ImageOperator.Provisioners.Openscap;
using ImageOperator.Provisioners.Packages;
using ImageOperator.Provisioners.Puppet;
using ImageOperator.Provisioners.Reboot;
using ImageOperator.Provisioners.Salt;
using ImageOperator.Provisioners.Shell;

namespace ImageOperator.Provisioners;

/// <summary>The provisioners of this project.</summary>
public static class ProvisionerFactories
{
    /// <summary>One factory per kind of step, a folder each; a test holds the list against <see cref="StepKind.All"/>.</summary>
    public static IReadOnlyList<IProvisionerFactory> All { get; } =
    [
        new ProvisionerFactory<ShellProvisioner>(spec => new ShellStep(spec)),
        new ProvisionerFactory<FileProvisioner>(spec => new FileStep(spec)),
        new ProvisionerFactory<LocalProvisioner>(spec => new LocalStep(spec)),
        new ProvisionerFactory<PackagesProvisioner>(spec => new PackagesStep(spec)),
        new ProvisionerFactory<RebootProvisioner>(spec => new RebootStep(spec)),
        new ProvisionerFactory<CloudInitProvisioner>(spec => new CloudInitStep(spec)),
        new ProvisionerFactory<GeneralizeProvisioner>(spec => new GeneralizeStep(spec)),
        new ProvisionerFactory<BreakpointProvisioner>(spec => new BreakpointStep(spec)),
        new ProvisionerFactory<AnsibleProvisioner>(spec => new AnsibleStep(spec)),
        new ProvisionerFactory<AnsibleLocalProvisioner>(spec => new AnsibleLocalStep(spec)),
        new ProvisionerFactory<ChefProvisioner>(spec => new ChefStep(spec)),
        new ProvisionerFactory<PuppetProvisioner>(spec => new PuppetStep(spec)),
        new ProvisionerFactory<SaltProvisioner>(spec => new SaltStep(spec)),
        new ProvisionerFactory<GossProvisioner>(spec => new GossStep(spec)),
        new ProvisionerFactory<OpenscapProvisioner>(spec => new OpenscapStep(spec)),
        new ProvisionerFactory<LynisProvisioner>(spec => new LynisStep(spec)),
    ];
}
