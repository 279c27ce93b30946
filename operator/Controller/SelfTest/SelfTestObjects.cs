using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using k8s.Models;

namespace ImageOperator.Controller.SelfTest;

/// <summary>The objects of the test.</summary>
internal static class SelfTestObjects
{
    public static ImageTemplate Template(string @namespace, string name, string url, string command = "true") => new()
    {
        Metadata = Named(@namespace, name),
        Spec = new()
        {
            Targets =
            [
                new()
                {
                    Name = "dry",
                    // Nothing is written to the claim, so it need not exist.
                    Qemu = new() { Source = new() { Url = url, Checksum = SourceDisk.Checksum }, Output = new() { PersistentVolumeClaim = new() { ClaimName = name, Path = "out" } } },
                },
            ],
            Communicator = new() { Ssh = new() { User = "nobody" } },
            Provisioners = [new() { Name = "nothing", Shell = new ShellProvisioner { Inline = [command] } }],
        },
    };

    public static ImageBuild Build(string @namespace, string name) => new()
    {
        Metadata = Named(@namespace, name),
        Spec = new() { TemplateRef = new() { Name = name }, },
    };

    private static V1ObjectMeta Named(string @namespace, string name) => new()
    {
        Name = name,
        NamespaceProperty = @namespace,
        Labels = new Dictionary<string, string> { ["app.kubernetes.io/managed-by"] = "image-operator-selftest" },
    };
}
