using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;

namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>Small templates on the tiny guest.</summary>
internal static class Recipes
{
    /// <summary>What the step <c>mark</c> prints each time it is run.</summary>
    public const string MarkPrinted = "marked this machine";

    /// <summary>Marks the machine, waits, and tests that the image was marked once.</summary>
    public static ImageTemplateSpec Marked(double hold) => Of(
        [
            // Written down as well as printed: on a second run on the same machine there are two lines.
            Shell("mark", "cat /proc/sys/kernel/random/uuid >> /var/marks", "sync", $"echo {MarkPrinted}"),
            Shell("hold", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"sleep {hold}")),
        ],
        [
            Test("marked-once", "test \"$(wc -l < /var/marks)\" = 1"),
            Test("hold-test", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"sleep {hold}")),
        ]);

    public static ImageTemplateSpec Of(IReadOnlyList<Provisioner> provisioners, IReadOnlyList<ImageTest>? tests = null) => new()
    {
        Targets = [Target(new() { PersistentVolumeClaim = new() { ClaimName = Lab.Claim, Path = "sources/base.qcow2" }, Checksum = Guests.Checksum(Guests.Tiny) })],
        Communicator = new() { Ssh = new() { User = "builder", Timeout = Duration.FromMinutes(2) } },
        Provisioners = provisioners,
        Tests = tests ?? [],
        Timeout = Duration.FromMinutes(5),
    };

    public static Target Target(QemuSource source) => new()
    {
        Name = "lab",
        Qemu = new()
        {
            Source = source,
            Memory = Quantity.FromMi(256),
            Accelerator = QemuAccelerator.Tcg,
            // Makes the moment between provisioning and capture long enough to be hit.
            ShutdownCommand = "sleep 2; poweroff",
            Output = new() { PersistentVolumeClaim = new() { ClaimName = Lab.Claim, Path = "built" } },
        },
    };

    public static ImageTemplateSpec WithQemu(this ImageTemplateSpec template, Func<QemuTarget, QemuTarget> change) => template with
    {
        Targets = [template.Targets[0] with { Qemu = change(template.Targets[0].Qemu!) }],
    };

    public static Provisioner Shell(string name, params string[] lines) => new() { Name = name, Shell = new() { Inline = lines, Sudo = new() } };

    public static ImageTest Test(string name, params string[] lines) => new() { Name = name, Shell = new() { Inline = lines, Sudo = new() } };
}
