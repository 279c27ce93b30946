using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests.Inputs;

/// <summary>Which changes of a template make another digest, and how they are told.</summary>
public sealed class WhatCountsTests
{
    private static readonly Dictionary<string, (string? Told, Func<ImageTemplateSpec, ImageTemplateSpec> Change)> Changes = new()
    {
        ["nothing"] = (null, t => t),
        ["the build's timeout"] = (null, t => t with { Timeout = Duration.FromMinutes(7) }),
        ["a step's timeout"] = (null, t => t with { Provisioners = [t.Provisioners[0] with { Timeout = Duration.FromMinutes(7) }, .. t.Provisioners.Skip(1)] }),
        ["a step's retries"] = (null, t => t with { Provisioners = [t.Provisioners[0] with { Retries = new() { Limit = 3 } }, .. t.Provisioners.Skip(1)] }),
        ["a test's retries"] = (null, t => t with { Tests = [t.Tests[0] with { Retries = new() { Limit = 3 } }] }),
        ["onFailure"] = (null, t => t with { OnFailure = [Specs.Step("logs")] }),
        ["another target"] = (null, t => t with { Targets = [.. t.Targets, t.Targets[0] with { Name = "other" }] }),
        ["a step for another target"] = (null, t => t with { Provisioners = [.. t.Provisioners, Specs.Step("p3") with { OnlyTargets = ["other"] }] }),
        ["a parameter that nobody uses"] = (null, t => t with { Parameters = [.. t.Parameters, new() { Name = "unused" }] }),
        ["a parameter's description"] = (null, t => t with { Parameters = [t.Parameters[0] with { Description = "new" }, .. t.Parameters.Skip(1)] }),
        ["the communicator's timeout"] = (null, t => t with { Communicator = new() { Ssh = t.Communicator.Ssh! with { Timeout = Duration.FromMinutes(9) } } }),
        ["where the same source lies"] = (null, Qemu(q => q with { Source = q.Source with { HostPath = null, Url = "https://mirror.example.com/base" } })),
        ["how long the guest may take to power off"] = (null, Qemu(q => q with { ShutdownTimeout = Duration.FromMinutes(1) })),
        ["CPUs"] = ("qemu.cpus: 1 → 2", Qemu(q => q with { Cpus = 2 })),
        ["a disk"] = ("qemu.disk.size: unset → 10Gi", Qemu(q => q with { Disk = new() { Size = Quantity.FromGi(10) } })),
        ["compression"] = ("qemu.output.compress: unset → true", Qemu(q => q with { Output = q.Output with { Compress = true } })),
        ["the format"] = ("qemu.output.format: qcow2 → raw", Qemu(q => q with { Output = q.Output with { Format = DiskFormat.Raw } })),
        ["the place"] = ("qemu.output.hostPath.path: /out → /elsewhere", Qemu(q => q with { Output = q.Output with { HostPath = new() { Path = "/elsewhere" } } })),
        ["the user"] = ("communicator.ssh.user: root → debian", t => t with { Communicator = new() { Ssh = new() { User = "debian" } } }),
        ["a step's text"] = ("provisioners[p1] changed", t => t with { Provisioners = [Specs.Step("p1", "other $(params.plain) $(params.secret)"), .. t.Provisioners.Skip(1)] }),
        ["a step's sudo"] = ("provisioners[p2] changed", Step2(s => s with { Shell = s.Shell! with { Sudo = new() } })),
        ["that a step may fail"] = ("provisioners[p2] changed", Step2(s => s with { ContinueOnError = true })),
        ["a step more"] = ("provisioners[p3] added", t => t with { Provisioners = [.. t.Provisioners, Specs.Step("p3")] }),
        ["a step less"] = ("provisioners[p2] removed", t => t with { Provisioners = [t.Provisioners[0]] }),
        ["a step not for this target any more"] = ("provisioners[p2] removed", Step2(s => s with { ExceptTargets = ["t"] })),
        ["the order of the steps"] = ("the order of the steps changed", t => t with { Provisioners = [t.Provisioners[1], t.Provisioners[0]] }),
        ["a test"] = ("tests[t1] changed", t => t with { Tests = [Specs.Test("t1", "other")] }),
        ["no test"] = ("tests[t1] removed", t => t with { Tests = [] }),
        ["the use of the source's ID"] = ("provisioners[p2] changed; source.id: unset → base-1", Step2(s => s with { Shell = new() { Inline = ["$(source.id)"] } })),
    };

    public static TheoryData<string> Names => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Change_CountsOrNot(string name)
    {
        var (told, change) = Changes[name];
        var before = Scenario(Template());
        var now = Scenario(change(Template()));
        now.Earlier = [await Results.OfAsync(before)];
        now.World.Earlier.Add(Results.Image);

        await now.RunAsync();

        Assert.Equal(told is null ? "nothing has changed since earlier" : $"{told} (since earlier)", now.Status.Reason);
    }

    [Theory]
    [InlineData("plain", "1.26", "1.27", "params.plain: 1.26 → 1.27")]
    [InlineData("plain", "one\ntwo", "one\nthree", "params.plain changed")]
    [InlineData("secret", "correct-horse", "battery-staple", "params.secret changed")]
    public async Task Parameter_Changed_IsToldWithoutSecrets(string name, string before, string now, string told)
    {
        var scenario = Scenario(Template(), (name, now));
        scenario.Earlier = [await Results.OfAsync(Scenario(Template(), (name, before)))];

        await scenario.RunAsync();

        Assert.Equal($"{told} (since earlier)", scenario.Status.Reason);
        if (name == "secret") Assert.DoesNotContain(scenario.World.Store.History, h => h.Contains(now, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secret_SameValue_SameSalt_IsUpToDate()
    {
        var scenario = Scenario(Template(), ("secret", "correct-horse"));
        scenario.Earlier = [await Results.SameAsync(scenario)];

        await scenario.RunAsync();

        Assert.Equal("nothing has changed since earlier", scenario.Status.Reason);
        Assert.Null(scenario.Status.Inputs!.Single(i => i.Name == "params.secret").Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Secret_OtherSaltOrNone_IsBuilt(bool other)
    {
        var before = Scenario(Template(), ("secret", "correct-horse"));
        var now = Scenario(Template(), other ? Enumerable.Repeat((byte)7, 32).ToArray() : null, ("secret", "correct-horse"));
        now.Earlier = [await Results.OfAsync(before)];
        now.World.Earlier.Add(Results.Image);

        await now.RunAsync();

        Assert.Equal("params.secret changed (since earlier)", now.Status.Reason);
    }

    [Fact]
    public async Task Secrets_EqualValuesOfTwoParameters_CannotBeSeen()
    {
        var template = Template() with
        {
            Parameters = [new() { Name = "a", Sensitive = true }, new() { Name = "b", Sensitive = true }],
            Provisioners = [Specs.Step("p1", "$(params.a)$(params.b)")],
        };

        var status = await Results.PlanAsync(Scenario(template, ("a", "same"), ("b", "same")));

        Assert.NotEqual(status.Inputs!.Single(i => i.Name == "params.a").Digest, status.Inputs!.Single(i => i.Name == "params.b").Digest);
    }

    private static ImageTemplateSpec Template() => Specs.Template() with
    {
        Parameters = [new() { Name = "plain" }, new() { Name = "secret", Sensitive = true }],
        Provisioners = [Specs.Step("p1", "p1 $(params.plain) $(params.secret) $(build.name) $(build.time) $(workspace.path)"), Specs.Step("p2")],
    };

    private static Scenario Scenario(ImageTemplateSpec template, params (string Name, string Value)[] parameters) => Scenario(template, new byte[32], parameters);

    private static Scenario Scenario(ImageTemplateSpec template, byte[]? salt, params (string Name, string Value)[] parameters)
    {
        var values = new Dictionary<string, string> { ["plain"] = "1", ["secret"] = "canary" };
        foreach (var (name, value) in parameters) values[name] = value;
        return new() { Template = template, Salt = salt, Parameters = values, Secrets = [values["secret"]] };
    }

    private static Func<ImageTemplateSpec, ImageTemplateSpec> Qemu(Func<QemuTarget, QemuTarget> change) =>
        t => t with { Targets = [t.Targets[0] with { Qemu = change(t.Targets[0].Qemu!) }] };

    private static Func<ImageTemplateSpec, ImageTemplateSpec> Step2(Func<Provisioner, Provisioner> change) =>
        t => t with { Provisioners = [t.Provisioners[0], change(t.Provisioners[1])] };
}
