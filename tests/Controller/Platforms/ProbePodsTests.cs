using ImageOperator.Api;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Platforms;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace ImageOperator.Controller.Tests.Platforms;

public sealed class ProbePodsTests
{
    private static readonly ImagePlatformSpec Aws = new()
    {
        Aws = new() { Region = "eu-central-1", Tags = new Dictionary<string, string> { ["price"] = "$(HOME) $$" } },
        Credentials = new() { SecretRef = new() { Name = "aws" } },
        PodTemplate = new() { NodeSelector = new Dictionary<string, string> { ["pool"] = "images" } },
    };

    [Fact]
    public void Create_ImagePlatform_OwnedAndWithoutAnyRight()
    {
        var pod = Pods().Create(new ImagePlatform { Metadata = Meta("ns"), Spec = Aws }, requested: "now");

        Assert.Equal(("probe-p", "ns"), (pod.Metadata.Name, pod.Metadata.NamespaceProperty));
        var owner = Assert.Single(pod.Metadata.OwnerReferences);
        Assert.Equal(("ImagePlatform", "p", "u", true), (owner.Kind, owner.Name, owner.Uid, owner.Controller));
        Assert.Equal("now", pod.Metadata.Annotations[Labels.ReconcileRequestedAt]);
        Assert.False(pod.Spec.AutomountServiceAccountToken);
        Assert.DoesNotContain(pod.Spec.Volumes, v => v.Projected is not null);
        Assert.Equal("images", pod.Spec.NodeSelector["pool"]);
        var container = Assert.Single(pod.Spec.Containers);
        var credentials = Assert.Single(container.VolumeMounts, m => m.MountPath == PodPaths.Credentials);
        Assert.True(credentials.ReadOnlyProperty);
        Assert.Equal("aws", pod.Spec.Volumes.Single(v => v.Name == credentials.Name).Secret.SecretName);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
    }

    [Fact]
    public void Create_DollarsInTheSpec_AreWhatTheBuilderReads()
    {
        var pod = Pods().Create(new ImagePlatform { Metadata = Meta("ns"), Spec = Aws }, null);

        // As the kubelet expands arguments: $$ is a dollar.
        var json = pod.Spec.Containers[0].Args[^1].Replace("$$", "$", StringComparison.Ordinal);
        Assert.Equal("$(HOME) $$", System.Text.Json.JsonSerializer.Deserialize<ImagePlatformSpec>(json, ApiJson.Options)!.Aws!.Tags!["price"]);
    }

    [Fact]
    public void Create_BuildsAreKnown_ThePodIsToldWhichAreUnderWay()
    {
        var pod = Pods().Create(new ImagePlatform { Metadata = Meta("ns"), Spec = Aws }, null, ["uid-1", "uid-2"]);

        var args = pod.Spec.Containers[0].Args;
        var order = System.Text.Json.JsonSerializer.Deserialize<StrayOrder>(args[args.IndexOf(StrayOrder.Option) + 1], ApiJson.Options)!;
        Assert.Equal("u", order.PlatformUid);
        Assert.Equal(["uid-1", "uid-2"], order.Builds);
    }

    [Fact]
    public void Create_QemuOrTooManyBuildsOrNoneKnown_NobodyLooksForStrays()
    {
        var own = new ImagePlatform { Metadata = Meta("ns"), Spec = Aws };
        Assert.DoesNotContain(StrayOrder.Option, Pods().Create(own with { Spec = new() { Qemu = new() } }, null, ["uid-1"]).Spec.Containers[0].Args);
        Assert.DoesNotContain(StrayOrder.Option, Pods().Create(own, null, [.. Enumerable.Range(0, StrayOrder.MostBuilds + 1).Select(i => $"uid-{i}")]).Spec.Containers[0].Args);
        Assert.DoesNotContain(StrayOrder.Option, Pods().Create(own, null).Spec.Containers[0].Args);
    }

    [Theory]
    [InlineData("images", "images")]
    [InlineData(null, "operators")]
    public void Create_ClusterImagePlatform_InTheProbesNamespace(string? named, string expected)
    {
        var platform = new ClusterImagePlatform
        {
            Metadata = Meta(null),
            Spec = new() { Aws = Aws.Aws, Credentials = new() { ServiceAccountName = "builder" }, ProbeNamespace = named },
        };

        var pod = Pods().Create(platform, null);

        Assert.Equal(("cluster-probe-p", expected, "builder"), (pod.Metadata.Name, pod.Metadata.NamespaceProperty, pod.Spec.ServiceAccountName));
        Assert.Equal("ClusterImagePlatform", Assert.Single(pod.Metadata.OwnerReferences).Kind);
        var token = Assert.Single(pod.Spec.Volumes.Single(v => v.Projected is not null).Projected.Sources).ServiceAccountToken;
        Assert.Equal(("sts.amazonaws.com", PodPaths.TokenFile), (token.Audience, token.Path));
    }

    private static ProbePods Pods()
    {
        var options = new OperatorOptions { Builder = new() { Image = "image-builder:1" } };
        options.LeaderElection.Namespace = "operators";
        return new(Options.Create(options));
    }

    private static V1ObjectMeta Meta(string? @namespace) => new() { Name = "p", NamespaceProperty = @namespace, Uid = "u", Generation = 1 };
}
