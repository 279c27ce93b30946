using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Api.Substitution;
using ImageOperator.Api.Targets;

namespace ImageOperator.Api.Tests.Substitution;

public sealed class SpecExpanderTests
{
    private static readonly string Sum = "sha256:" + new string('a', 64);

    [Fact]
    public void Expand_Provisioner_ExpandsAllButNames()
    {
        var step = new Provisioner
        {
            Name = "one",
            OnlyTargets = ["lab"],
            Timeout = Duration.FromMinutes(1),
            Shell = new()
            {
                Inline = ["echo $(params.x)", "$(hostname)"],
                Args = ["$(build.id)"],
                Environment = new Dictionary<string, string> { ["KEY"] = "$(params.x)!" },
            },
        };

        var result = SpecExpander.Expand(step, Values(("x", "1 $(build.id)")).With("build.id", "42"), "spec.provisioners[0]");

        Assert.Empty(result.Errors);
        Assert.Equal(["echo 1 $(build.id)", "$(hostname)"], result.Value.Shell!.Inline!);
        Assert.Equal(["42"], result.Value.Shell.Args);
        Assert.Equal("1 $(build.id)!", result.Value.Shell.Environment["KEY"]);
        Assert.Equal(["lab"], result.Value.OnlyTargets);
        Assert.Equal(step.Timeout, result.Value.Timeout);
    }

    [Fact]
    public void Expand_UnknownName_NamesFieldColumnAndNearest()
    {
        var test = new ImageTest { Name = "t", Shell = new() { Inline = ["true", "echo $(params.versoin)"] } };

        var result = SpecExpander.Expand(test, Values(("version", "1")), "spec.tests[0]");

        var error = Assert.Single(result.Errors);
        Assert.Equal("spec.tests[0].shell.inline[1]", error.Path);
        Assert.StartsWith("column 6: $(params.versoin) is not known: did you mean $(params.version)?", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/a", "abc", "name", "spec.targets[0].qemu.source.checksum")]
    [InlineData("https://example.com/a", "$(x.y)", "name", "spec.targets[0].qemu.source.checksum")]
    [InlineData("file:///etc/shadow", null, "name", "spec.targets[0].qemu.source.url")]
    [InlineData("$(x.y)", null, "name", "spec.targets[0].qemu.source.url")]
    [InlineData("https://example.com/a", null, "../../etc/passwd", "spec.targets[0].qemu.output.name")]
    [InlineData("https://example.com/a", null, "a b", "spec.targets[0].qemu.output.name")]
    [InlineData("https://example.com/a", null, "", "spec.targets[0].qemu.output.name")]
    public void Expand_TargetWithBadValues_IsRefused(string url, string? checksum, string name, string path)
    {
        var values = Values(("url", url), ("sum", checksum ?? Sum), ("name", name));

        var result = SpecExpander.Expand(Target("$(params.name)"), values, "spec.targets[0]");

        Assert.Contains(result.Errors, e => e.Path == path);
    }

    [Fact]
    public void Expand_Target_LeavesSourceIdUntilItIsKnown()
    {
        var values = Values(("url", "https://example.com/a"), ("sum", Sum));
        var target = Target("web-$(source.id)");

        var first = SpecExpander.Expand(target, values, "spec.targets[0]");
        var second = SpecExpander.Expand(target, values.With("source.id", "debian"), "spec.targets[0]");

        Assert.Empty(first.Errors);
        Assert.Equal("https://example.com/a", first.Value.Qemu!.Source.Url);
        Assert.Empty(second.Errors);
        Assert.Equal("web-debian", second.Value.Qemu!.Output.Name);
    }

    [Theory]
    [InlineData("../x", "spec.provisioners[0].file.source")]
    [InlineData("a/../../x", "spec.provisioners[0].file.source")]
    [InlineData("/etc/shadow", "spec.provisioners[0].file.source")]
    [InlineData("a\nb", "spec.provisioners[0].file.source")]
    public void Expand_PathThatEscapes_IsRefused(string value, string path)
    {
        var step = new Provisioner { Name = "f", File = new() { Source = "$(params.path)", Destination = "/tmp/a" } };

        var result = SpecExpander.Expand(step, Values(("path", value)), "spec.provisioners[0]");

        Assert.Contains(result.Errors, e => e.Path == path);
    }

    [Fact]
    public void Expand_Communicator_IsTheSame()
    {
        var communicator = new Communicator { Ssh = new() { User = "debian" } };

        Assert.Equivalent(communicator, SpecExpander.Expand(communicator, ExpressionValues.None, "spec.communicator").Value);
    }

    private static ExpressionValues Values(params (string Name, string Value)[] parameters) =>
        ExpressionValues.Of([], parameters.ToDictionary(p => p.Name, p => p.Value));

    private static Target Target(string name) => new()
    {
        Name = "lab",
        Qemu = new()
        {
            Source = new() { Url = "$(params.url)", Checksum = "$(params.sum)" },
            Output = new() { Name = name, HostPath = new() { Path = "/images" } },
        },
    };
}
