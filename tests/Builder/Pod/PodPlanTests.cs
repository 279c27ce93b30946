using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Builder.Pod;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Builder.Tests.Pod;

public sealed class PodPlanTests : IDisposable
{
    private readonly string _secrets = Directory.CreateTempSubdirectory("pod-plan-").FullName;

    public void Dispose() => Directory.Delete(_secrets, recursive: true);

    [Fact]
    public void Create_Parameters_ComeFromDefaultBuildAndSecret()
    {
        Directory.CreateDirectory(Path.Combine(_secrets, "token"));
        File.WriteAllText(Path.Combine(_secrets, "token", "value"), "hush hush");

        var plan = PodPlan.Create(Options(), Build("""{"release": "1.1"}"""), attempt: 3);

        Assert.Equal("1.1", plan.Parameters["release"]);
        Assert.Equal("4", plan.Parameters["size"]);
        Assert.Equal("hush hush", plan.Parameters["token"]);
        Assert.Equal("say ***", plan.Masker.Apply("say hush hush"));
        Assert.Equal(3, plan.Identity.Attempt);
        Assert.Equal("/output/built/b-lab.files", plan.Folders.Downloads);
    }

    [Fact]
    public void Create_SecretIsNotMounted_SaysWhichFile()
    {
        var error = Assert.ThrowsAny<IOException>(() => PodPlan.Create(Options(), Build("{}"), 1));

        Assert.Contains("token/value", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_SweepingAfterTheSecretIsGone_GoesOnWithoutIt()
    {
        var plan = PodPlan.Create(Options(), Build("{}"), attempt: 2, sweeping: true);

        Assert.False(plan.Parameters.ContainsKey("token"));
        Assert.Equal("1.0", plan.Parameters["release"]);
    }

    [Fact]
    public void Create_NoSuchTarget_SaysSo()
    {
        var error = Assert.Throws<InvalidOperationException>(() => PodPlan.Create(Options() with { Target = "other" }, Build("{}"), 1));

        Assert.Contains("no target other", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_BuildWithoutSnapshot_SaysSo()
    {
        var build = Build("{}") with { Status = null };

        Assert.Contains("no snapshot", Assert.Throws<InvalidOperationException>(() => PodPlan.Create(Options(), build, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Map_Volumes_AreWhereTheOperatorMountsThem()
    {
        var volumes = new PodVolumes(Options());

        Assert.Equal("/source/base.qcow2", volumes.MapHostPath(VolumeUse.Source, "/var/images/base.qcow2"));
        Assert.Equal("/output", volumes.MapHostPath(VolumeUse.Output, "/var/images/out"));
        Assert.Equal("/source/a/b", volumes.MapClaim(VolumeUse.Source, "images", "a/b"));
        Assert.Equal("/output/built", volumes.MapClaim(VolumeUse.Output, "images", "built"));
    }

    private PodOptions Options() => new() { Namespace = "n", Build = "b", Uid = "u", Target = "lab", Parameters = _secrets };

    private static ImageBuild Build(string parameters) => JsonSerializer.Deserialize<ImageBuild>(
        """
        {
          "metadata": {"name": "b", "uid": "u"},
          "spec": {"templateRef": {"name": "t"}, "parameters": PARAMETERS},
          "status": {
            "template": {
              "parameters": [
                {"name": "release", "default": "1.0"}, {"name": "size", "type": "number", "default": 4},
                {"name": "token", "secretKeyRef": {"name": "s", "key": "k"}}, {"name": "unset"}
              ],
              "communicator": {"ssh": {"user": "builder"}},
              "targets": [{"name": "lab", "qemu": {
                "source": {"url": "https://example.com/x", "checksum": "sha256:0"},
                "output": {"persistentVolumeClaim": {"claimName": "images", "path": "built"}}}}]
            }
          }
        }
        """.Replace("PARAMETERS", parameters, StringComparison.Ordinal),
        ApiJson.Options)!;
}
