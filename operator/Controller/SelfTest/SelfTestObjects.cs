using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using k8s.Models;

namespace ImageOperator.Controller.SelfTest;

/// <summary>The objects of the test.</summary>
internal static class SelfTestObjects
{
    private const string Source = "https://images.invalid/disk.raw";

    private static readonly string Checksum = "sha256:" + new string('0', 64);

    public static ImageTemplate Template(string @namespace, string name, string command = "true") => new()
    {
        Metadata = Named(@namespace, name),
        Spec = new()
        {
            Targets =
            [
                new()
                {
                    Name = "dry",
                    // A plan fetches nothing and writes nothing: neither need exist.
                    Qemu = new() { Source = new() { Url = Source, Checksum = Checksum }, Output = new() { PersistentVolumeClaim = new() { ClaimName = name, Path = "out" } } },
                },
            ],
            Communicator = new() { Ssh = new() { User = "nobody" } },
            Provisioners = [new() { Name = "nothing", Shell = new ShellProvisioner { Inline = [command] } }],
        },
    };

    public static ImageBuild Build(string @namespace, string name) => new()
    {
        Metadata = Named(@namespace, name),
        Spec = new() { TemplateRef = new() { Name = name }, PlanOnly = true },
    };

    private static V1ObjectMeta Named(string @namespace, string name) => new()
    {
        Name = name,
        NamespaceProperty = @namespace,
        Labels = new Dictionary<string, string> { ["app.kubernetes.io/managed-by"] = "image-operator-selftest" },
    };
}
