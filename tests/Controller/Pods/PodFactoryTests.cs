using System.Runtime.CompilerServices;
using System.Text.Json;
using ImageOperator.Api.Common;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Pods;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Qemu;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Logs;
using ImageOperator.Controller.Pods;
using ImageOperator.Controller.Tests.Builds;
using k8s;

namespace ImageOperator.Controller.Tests.Pods;

/// <summary>Pods as YAML beside this file. <c>IMAGEOPERATOR_UPDATE_GOLDEN=1</c> writes them anew; read the diff.</summary>
public sealed class PodFactoryTests
{
    private static readonly Dictionary<string, (PodPlan Plan, BuilderOptions Options)> Cases = new()
    {
        ["host-path"] = (Plan(Given.Target("lab")), Options()),
        ["claims"] = (Plan(Claims()), Options(o => o.Cache = new() { Kind = CacheKind.PersistentVolumeClaim, ClaimName = "cache" })),
        ["url-kvm-placement"] = (Plan(Url(), t => t), Options(o =>
        {
            o.KvmResourceName = "devices.kubevirt.io/kvm";
            o.NodeSelector["pool"] = "builders";
            o.Tolerations.Add(new() { Key = "builders", OperatorProperty = "Exists", Effect = "NoSchedule" });
            o.PullSecrets.Add("registry");
            o.PullPolicy = "IfNotPresent";
            o.ScratchSizeLimit = "20Gi";
            o.Cache = new() { Kind = CacheKind.HostPath, HostPath = "/var/cache/imageoperator", MaxGiB = 200, MaxAge = TimeSpan.FromDays(7) };
        })),
        ["inputs"] = (Plan(Url(), WithInputs), Options()),
        ["platform"] = (OnPlatform(Everything(), sweeper: false), Options(o => o.NodeSelector["pool"] = "builders")),
        ["platform-sweeper"] = (OnPlatform(Everything() with { Credentials = new() { SecretRef = new() { Name = "aws" } } }, sweeper: true), Options()),
        ["earlier-results"] = (
            Plan(Given.Target("lab")) with { Earlier = [new() { Build = "web-0", InputsDigest = "sha256:1", Artifacts = [new() { Type = "qcow2", Id = "hostpath:/srv/out/web-0-lab.qcow2" }] }] },
            Options()),
        ["workspace"] = (Plan(Given.Target("lab"), WithWorkspace), Options()),
        ["workspace-sweeper"] = (Plan(Given.Target("lab"), WithWorkspace, sweeper: true), Options()),
        ["publish"] = (Plan(Publishing()), Options()),
        ["publish-sweeper"] = (Plan(Publishing(), t => t, sweeper: true), Options()),
        ["sweeper"] = (Plan(Given.Target("lab"), WithInputs, sweeper: true), Options()),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_Case_AsTheGoldenFile(string name)
    {
        var (plan, options) = Cases[name];

        var yaml = KubernetesYaml.Serialize(new PodFactory(options).Create(plan));

        var file = Path.Combine(Folder(), $"{name}.yaml");
        if (Environment.GetEnvironmentVariable("IMAGEOPERATOR_UPDATE_GOLDEN") == "1") File.WriteAllText(file, yaml);
        Assert.Equal(File.ReadAllText(file), yaml);
    }

    private static ImageTemplateSpec WithWorkspace(ImageTemplateSpec template) => template with
    {
        Workspace =
        [
            new() { Path = "site", Git = new() { Url = "git@git.example.com:site.git", SecretRef = new() { Name = "git" } } },
            new() { Path = "licence", Secret = new() { Name = "licence", Items = [new() { Key = "a", Path = "b" }] } },
            new() { Path = "shared", PersistentVolumeClaim = new() { ClaimName = "files", SubPath = "a/b" } },
            new() { Path = "policy", Flux = new() { Kind = FluxKind.Bucket, Name = "policy" } },
        ],
    };

    [Fact]
    public void Create_LogsAreKept_BuilderKnowsHowMuch()
    {
        var builder = Plan(Given.Target("lab"));

        Assert.Equal(["--kept-log-kib", "512"], ArgsOf(builder, new() { MaxKiB = 512 }).SkipWhile(a => a != "--kept-log-kib").Take(2));
        Assert.DoesNotContain("--kept-log-kib", ArgsOf(builder, new() { Keep = false }));
        Assert.DoesNotContain("--kept-log-kib", ArgsOf(Plan(Given.Target("lab"), sweeper: true), new()));

        static IEnumerable<string> ArgsOf(PodPlan plan, LogOptions logs) => new PodFactory(Options(), logs: logs).Create(plan).Spec.Containers[0].Args;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_Any_RestrictedAndWithoutSecretsInItsText(string name)
    {
        var (plan, options) = Cases[name];

        var pod = new PodFactory(options).Create(plan);

        Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
        Assert.All(pod.Spec.Containers, c =>
        {
            Assert.False(c.SecurityContext.AllowPrivilegeEscalation);
            Assert.True(c.SecurityContext.ReadOnlyRootFilesystem);
            Assert.Equal(["ALL"], c.SecurityContext.Capabilities.Drop);
            Assert.DoesNotContain(c.Env, e => e.ValueFrom?.SecretKeyRef is not null);
            Assert.Null(c.EnvFrom);
        });
        // Two volumes of one name, or two mounts at one place, are refused by the server.
        Assert.Equal(pod.Spec.Volumes.Count, pod.Spec.Volumes.Select(v => v.Name).Distinct().Count());
        Assert.Equal(pod.Spec.Containers[0].VolumeMounts.Count, pod.Spec.Containers[0].VolumeMounts.Select(m => m.MountPath).Distinct().Count());
    }

    [Fact]
    public void Create_SecretsOfTheConnection_AreMountedOnceEachWithTheirKeysOnly()
    {
        static SecretValue Of(string name, string key) => new() { SecretKeyRef = new() { Name = name, Key = key } };
        var plan = Plan(Claims(), t => t with
        {
            Communicator = new()
            {
                Ssh = t.Communicator.Ssh! with
                {
                    PrivateKey = Of("ssh", "key"),
                    Passphrase = Of("ssh", "passphrase"),
                    Proxy = new() { Type = SshProxyType.SOCKS5, Host = "proxy", Port = 1080, Username = "u", Password = Of("proxy", "password") },
                    Bastions = [new() { Host = "b", User = "u", PrivateKey = Of("ssh", "key"), HostKeys = [] }],
                },
            },
        });

        var pod = new PodFactory(Options()).Create(plan);

        var mounted = pod.Spec.Volumes.Where(v => v.Name.StartsWith("secret-", StringComparison.Ordinal))
            .Select(v => $"{pod.Spec.Containers[0].VolumeMounts.Single(m => m.Name == v.Name).MountPath}: {string.Join(' ', v.Secret.Items.Select(i => $"{i.Key}={i.Path}"))}");
        Assert.Equal(["/var/run/imageoperator/secrets/proxy: password=password", "/var/run/imageoperator/secrets/ssh: key=key passphrase=passphrase"], mounted);
    }

    /// <summary>Whoever gives a parameter its value must not choose what of the node is mounted.</summary>
    [Theory]
    [InlineData("../etc")]
    [InlineData("a/../../etc")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a//b")]
    public void Create_ParameterLeadsOutOfTheFolder_IsRefused(string value)
    {
        var target = Given.Target("lab");
        var leading = new HostPathFile { Path = "/srv/$(params.folder)/x" };

        Assert.Contains("output.hostPath.path", Refusal(q => q with { Output = q.Output with { HostPath = leading } }), StringComparison.Ordinal);
        Assert.Contains("source.hostPath.path", Refusal(q => q with { Source = q.Source with { HostPath = leading } }), StringComparison.Ordinal);

        string Refusal(Func<QemuTarget, QemuTarget> change)
        {
            var plan = Plan(target with { Qemu = change(target.Qemu!) }, t => t with { Parameters = [new() { Name = "folder", Default = JsonSerializer.SerializeToElement(value) }] });
            return Assert.Throws<PodPlanException>(() => new PodFactory(Options()).Create(plan)).Message;
        }
    }

    [Fact]
    public void Create_SnapshotWithoutThePlatform_IsRefused()
    {
        var plan = OnPlatform(Everything(), sweeper: false);
        var broken = plan with { Build = plan.Build with { Status = plan.Build.Status! with { Platforms = null } } };

        Assert.Throws<PodPlanException>(() => new PodFactory(Options()).Create(broken));
    }

    private static PodPlan OnPlatform(ImagePlatformSpec platform, bool sweeper)
    {
        var plan = Plan(Given.Target("lab") with { PlatformRef = new() { Name = "p" } }, t => t, sweeper);
        var snapshot = new PlatformSnapshot { Kind = PlatformKind.ImagePlatform, Name = "p", Uid = "u", Generation = 1, Spec = platform };
        return plan with { Build = plan.Build with { Status = plan.Build.Status! with { Platforms = [snapshot] } } };
    }

    /// <summary>Of several clouds at once, as no platform may be: what a pod gets is of no cloud in particular.</summary>
    private static ImagePlatformSpec Everything() => new()
    {
        Qemu = new() { KvmResourceName = "devices.kubevirt.io/kvm", Cache = new() { EmptyDir = new() { SizeLimit = Quantity.FromGi(5) } } },
        Aws = new() { Region = "eu-central-1" },
        Credentials = new() { ServiceAccountName = "image-builder" },
        PodTemplate = new()
        {
            Labels = new Dictionary<string, string> { ["team"] = "images", ["app.kubernetes.io/name"] = "kept-by-the-operator" },
            Annotations = new Dictionary<string, string> { ["note"] = "kept" },
            Resources = new()
            {
                Requests = new Dictionary<string, string> { ["cpu"] = "1", ["memory"] = "256Mi", ["ephemeral-storage"] = "10Gi" },
                Limits = new Dictionary<string, string> { ["cpu"] = "2", ["memory"] = "1Gi" },
            },
            NodeSelector = new Dictionary<string, string> { ["pool"] = "images", ["arch"] = "amd64" },
            Tolerations = [new() { Key = "images", Operator = TolerationOperator.Exists, Effect = TaintEffect.NoSchedule }],
            Affinity = new()
            {
                NodeAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = new() { NodeSelectorTerms = [new() { MatchExpressions = [new() { Key = "kvm", Operator = NodeOperator.Exists }] }] } },
                PodAntiAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = [new() { TopologyKey = "kubernetes.io/hostname", LabelSelector = new() { MatchLabels = new Dictionary<string, string> { ["a"] = "b" } } }] },
            },
            ImagePullSecrets = [new() { Name = "registry" }],
            PriorityClassName = "images",
            RuntimeClassName = "kata",
            Volumes = [new() { Name = "ca", ConfigMap = new() { Name = "ca" } }, new() { Name = "big", PersistentVolumeClaim = new() { ClaimName = "big" } }],
            VolumeMounts = [new() { Name = "ca", MountPath = "/mnt/ca" }, new() { Name = "big", MountPath = "/mnt/big", SubPath = "a", ReadOnly = false }],
        },
    };

    private static BuilderOptions Options(Action<BuilderOptions>? change = null)
    {
        var options = new BuilderOptions { Image = "imageoperator/image-builder:1" };
        change?.Invoke(options);
        return options;
    }

    private static PodPlan Plan(Target target, Func<ImageTemplateSpec, ImageTemplateSpec>? change = null, bool sweeper = false)
    {
        var template = Given.Template with { Targets = [target] };
        var build = Given.Build() with
        {
            Status = new()
            {
                StartTime = Given.Start,
                Template = change?.Invoke(template) ?? template,
                Targets = sweeper || change is not null ? [new()
                {
                    Name = target.Name,
                    Attempt = 1,
                    Resources = [new() { Key = "disk", Type = "qemu/disk", Location = "node-7", State = LedgerState.Created, Temporary = true, Attempt = 1 }],
                }] : null,
            },
        };
        return new(build, target, 1, sweeper);
    }

    private static Target Url()
    {
        var target = Given.Target("lab");
        return target with { Qemu = target.Qemu! with { Cpus = 2, Memory = Quantity.FromGi(2), Source = new() { Url = "https://images.example.com/x", Checksum = target.Qemu.Source.Checksum } } };
    }

    private static Target Claims()
    {
        var file = new ClaimFile { ClaimName = "images", Path = "base/debian.qcow2" };
        var target = Given.Target("lab");
        return target with
        {
            Qemu = target.Qemu! with
            {
                Source = new() { PersistentVolumeClaim = file, Checksum = target.Qemu.Source.Checksum },
                Output = new() { PersistentVolumeClaim = file with { Path = "out" } },
            },
        };
    }

    private static Target Publishing()
    {
        var target = Claims();
        return target with
        {
            Publish =
            [
                new() { S3 = new() { Bucket = "images", SecretRef = new() { Name = "s3" } } },
                new() { Oci = new() { Reference = "registry.example.com/a/b:v1" } },
                new() { PersistentVolumeClaim = new() { ClaimName = "images", Path = "published" } },
                new() { PersistentVolumeClaim = new() { ClaimName = "archive", Path = "web" } },
            ],
        };
    }

    private static ImageTemplateSpec WithInputs(ImageTemplateSpec template) => template with
    {
        Parameters = [new() { Name = "adminPassword", SecretKeyRef = new() { Name = "web", Key = "password" } }],
        Workspace =
        [
            new() { Path = "files", ConfigMap = new() { Name = "web-files" } },
            new() { Path = "site/conf", ConfigMap = new() { Name = "web-conf", Items = [new() { Key = "nginx", Path = "nginx.conf" }] } },
        ],
    };

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "golden");
}
