using System.Text.Json.Nodes;
using ImageOperator.Api.Common;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Qemu;
using ImageOperator.Api.Protocol;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Tests.Validation;

public sealed class PlatformMergeTests
{
    [Theory]
    [InlineData("a scalar is set", """{"a":1}""", """{"a":2}""", """{"a":1}""")]
    [InlineData("false is set", """{"a":false}""", """{"a":true}""", """{"a":false}""")]
    [InlineData("a scalar is unset", "{}", """{"a":2}""", """{"a":2}""")]
    [InlineData("null is unset", """{"a":null}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("the default is unset too", "{}", """{"a":null}""", "{}")]
    [InlineData("maps are merged", """{"m":{"x":"own","y":"own"}}""", """{"m":{"y":"default","z":"default"}}""", """{"m":{"x":"own","y":"own","z":"default"}}""")]
    [InlineData("maps are merged in depth", """{"m":{"n":{"x":1}}}""", """{"m":{"n":{"y":2}}}""", """{"m":{"n":{"x":1,"y":2}}}""")]
    [InlineData("an empty map takes the default's", """{"m":{}}""", """{"m":{"z":1}}""", """{"m":{"z":1}}""")]
    [InlineData("lists are not mixed", """{"l":[1]}""", """{"l":[2,3]}""", """{"l":[1]}""")]
    [InlineData("an empty list is unset", """{"l":[]}""", """{"l":[2,3]}""", """{"l":[2,3]}""")]
    [InlineData("kinds differ: the own value wins", """{"a":"text"}""", """{"a":{"x":1}}""", """{"a":"text"}""")]
    public void Fill_Case(string what, string own, string defaults, string expected)
    {
        var merged = JsonNode.Parse(own)!.AsObject();

        DefaultsMerge.Fill(merged, JsonNode.Parse(defaults)!.AsObject());

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), merged), $"{what}: {merged.ToJsonString()}");
    }

    [Fact]
    public void Apply_QemuTarget_OwnValuesWinAndTheRestIsThePlatforms()
    {
        var target = Target(q => q with { Accelerator = QemuAccelerator.Tcg, Cpus = 3 });

        var merged = PlatformDefaults.Apply(target, Platform(new() { Accelerator = QemuAccelerator.Kvm, MachineType = QemuMachineType.Pc, Cpu = "max" }));

        Assert.Equal(target with { Publish = merged.Publish, Qemu = target.Qemu! with { MachineType = QemuMachineType.Pc, Cpu = "max" } }, merged);
    }

    [Theory]
    [InlineData("q35", true)]
    [InlineData("q*", true)]
    [InlineData("*", true)]
    [InlineData("?35", true)]
    [InlineData("pc", false)]
    [InlineData("q3", false)]
    public void Check_MachineTypeUnset_TheDefaultIsJudged(string glob, bool fits)
    {
        var errors = PlatformFit.Check(Target(q => q), new() { Name = "lab" }, Platform(new()) with { AllowedMachineTypes = [glob] }, "spec.targets[0]");

        Assert.Equal(fits, errors.Count == 0);
        if (!fits) Assert.Equal("spec.targets[0].qemu.machineType", Assert.Single(errors).Path);
    }

    [Fact]
    public void Check_TooLarge_EachFieldIsNamed()
    {
        var target = Target(q => q with { Cpus = 9, Memory = Quantity.FromGi(9), Disk = new() { Size = Quantity.FromGi(90) } });
        var platform = Platform(new() { MaxCpus = 8, MaxMemory = Quantity.FromGi(8), MaxDiskSize = Quantity.FromGi(80) });

        var errors = PlatformFit.Check(target, new() { Name = "lab" }, platform, "t");

        Assert.Equal(["t.qemu.cpus", "t.qemu.memory", "t.qemu.disk.size"], errors.Select(e => e.Path));
    }

    [Theory]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("*.large", "t3.large", true)]
    [InlineData("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("", "", true)]
    public void Glob_Case(string glob, string text, bool matches) => Assert.Equal(matches, Glob.IsMatch(glob, text));

    [Theory]
    [InlineData("named", true)]
    [InlineData("labelled", true)]
    [InlineData("other", false)]
    public void Allows_NamedOrSelected(string name, bool allowed)
    {
        var spec = new AllowedNamespaces
        {
            Names = ["named"],
            Selector = new() { MatchLabels = new Dictionary<string, string> { ["images"] = "true" }, MatchExpressions = [new() { Key = "env", Operator = LabelOperator.NotIn, Values = ["dev"] }] },
        };

        Assert.Equal(allowed, spec.Allows(name, name == "labelled" ? new Dictionary<string, string> { ["images"] = "true" } : new Dictionary<string, string>()));
        Assert.False(new AllowedNamespaces().Allows(name, new Dictionary<string, string>()));
        Assert.True(new AllowedNamespaces { Selector = new() }.Allows(name, new Dictionary<string, string>()));
    }

    [Fact]
    public void Write_LongAnswer_FitsATerminationMessageAndCanBeRead()
    {
        var text = new ProbeResult { Outcome = ProbeOutcome.Refused, Message = new string('ä', 100_000), Identity = new string('"', 100_000) }.Write();

        Assert.True(System.Text.Encoding.UTF8.GetByteCount(text) <= ProbeResult.MaxBytes);
        Assert.Equal(ProbeOutcome.Refused, ProbeResult.Read(text)!.Outcome);
        Assert.Null(ProbeResult.Read("panic: not ours"));
        Assert.Null(ProbeResult.Read("""{"outcome":"Works","message":""}"""));
    }

    private static ImagePlatformSpec Platform(QemuPlatformSpec qemu) => new() { Qemu = qemu };

    private static Target Target(Func<QemuTarget, QemuTarget> change) => new()
    {
        Name = "lab",
        Qemu = change(new()
        {
            Source = new() { Url = "https://images.example.com/a.qcow2", Checksum = "sha256:" + new string('0', 64) },
            Output = new() { HostPath = new() { Path = "/out" } },
        }),
    };
}
