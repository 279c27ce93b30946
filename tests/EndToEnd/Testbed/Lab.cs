using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using ImageOperator.Testing.Status;
using k8s;
using k8s.Models;

namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>A namespace with the claim <c>images</c>, which is a folder of this machine.</summary>
internal sealed class Lab
{
    public const string Claim = "images";
    private const string BuilderUser = "65532:65532";
    private static readonly TimeSpan DeletePatience = TimeSpan.FromSeconds(90);

    private Lab(Cluster cluster, string @namespace)
    {
        Cluster = cluster;
        Namespace = @namespace;
        Folder = Path.Combine(Program.Cache, "e2e", @namespace);
    }

    public Cluster Cluster { get; }

    public string Namespace { get; }

    /// <summary>The claim's root.</summary>
    public string Folder { get; }

    /// <summary>UIDs of all builds that were applied.</summary>
    public HashSet<string> Uids { get; } = [];

    public IClient Client => Cluster.Client;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// Runs a test in a namespace of its own. After it the builds are deleted, and nothing of them may be left; and no state that the API server told of was
    /// against the contract.
    /// </summary>
    public static async Task RunAsync(Cluster cluster, string name, Func<Lab, Task> test)
    {
        cluster.Require();
        var lab = new Lab(cluster, $"e2e-{name}-{Guid.NewGuid():N}"[..Math.Min(40, name.Length + 11)]);
        try
        {
            await lab.CreateAsync();
            await using var contract = new ContractWatch(lab.Client, lab.Namespace);
            await test(lab);
            await lab.DeleteBuildsAsync();
            await Leftovers.OfNamespaceAsync(lab);
            Assert.Empty(contract.Violations);
            Assert.True(lab.Uids.Count == 0 || contract.States > 0, "nobody looked at the states");
        }
        catch (Exception e) when (!e.Message.StartsWith("$XunitDynamicSkip$", StringComparison.Ordinal))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(await Diagnosis.OfAsync(lab));
            throw;
        }
        finally
        {
            await lab.RemoveAsync();
        }
    }

    public ObjectKey Key(string name) => new(Namespace, name);

    /// <summary>Applies manifests as a person does, with the checksum of the guest where a sample has zeros.</summary>
    public Task ApplyAsync(string yaml) => Cluster.KubectlAsync(
        ["-n", Namespace, "apply", "-f", "-"], yaml.Replace("sha256:" + new string('0', 64), Guests.Checksum(Guests.Tiny), StringComparison.Ordinal));

    public Task<BuildWatch> BuildAsync(ImageTemplateSpec template, string name = "image") => BuildAsync(new ImageBuildSpec { Template = template }, name);

    public async Task<BuildWatch> BuildAsync(ImageBuildSpec spec, string name = "image")
    {
        await Client.CreateAsync(new ImageBuild { Metadata = new() { Name = name, NamespaceProperty = Namespace }, Spec = spec }, Stop);
        return await WatchAsync(name);
    }

    /// <summary>Waits until the webhook of the operator's manifests refuses the template, and names the field. (The API server learns of the webhook's certificate by and by.)</summary>
    public Task RefusedAsync(ImageTemplateSpec wrong, string field) => Eventually.HoldsAsync(
        async () => (await TryTemplateAsync(wrong))?.Causes.Any(c => c.Field == field) == true, $"nobody refuses {field}", DeletePatience);

    /// <summary>What the webhook would refuse passes from now on.</summary>
    public async Task WithoutWebhookAsync(ImageTemplateSpec wrong)
    {
        var label = new JsonObject { ["imageoperator.dev/admission"] = "ignore" };
        await Client.MergePatchAsync<V1Namespace>(new("", Namespace), new() { ["metadata"] = new JsonObject { ["labels"] = label } }, null, Stop);
        await Eventually.HoldsAsync(async () => await TryTemplateAsync(wrong) is null, "it is still refused", DeletePatience);
    }

    private async Task<ApiException?> TryTemplateAsync(ImageTemplateSpec spec)
    {
        try
        {
            await Client.CreateAsync(new ImageTemplate { Metadata = new() { Name = "wrong", NamespaceProperty = Namespace }, Spec = spec }, Stop);
            await Client.DeleteIfExistsAsync<ImageTemplate>(Key("wrong"), null, Stop);
            return null;
        }
        catch (ApiException e) when (e.Error == ApiError.Invalid)
        {
            return e;
        }
    }

    public async Task<BuildWatch> WatchAsync(string name)
    {
        Uids.Add((await Client.GetAsync<ImageBuild>(Key(name), Stop)).Metadata.Uid);
        return new BuildWatch(this, name);
    }

    /// <summary>The files of the claim, by their path from its root, without the sources.</summary>
    public IReadOnlyList<string> Files() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f))
            .Where(f => !f.StartsWith("sources/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The log of every pod that is still there.</summary>
    public async Task<IReadOnlyDictionary<string, string>> LogsAsync()
    {
        var logs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var pod in Client.ListAsync<V1Pod>(new() { Namespace = Namespace }, Stop))
        {
            logs[pod.Metadata.Name] = await LogAsync(pod.Metadata.Name);
        }

        return logs;
    }

    public async Task<string> LogAsync(string pod)
    {
        using var stream = await Cluster.Kubernetes.CoreV1.ReadNamespacedPodLogAsync(pod, Namespace, cancellationToken: Stop);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Stop);
    }

    public async Task DeleteBuildsAsync()
    {
        await foreach (var build in Client.ListAsync<ImageBuild>(new() { Namespace = Namespace }, Stop))
        {
            await Client.DeleteIfExistsAsync<ImageBuild>(ObjectKey.Of(build), null, Stop);
        }

        await Eventually.EmptyAsync(
            async () =>
            {
                var left = new List<string>();
                await foreach (var build in Client.ListAsync<ImageBuild>(new() { Namespace = Namespace }, Stop)) left.Add($"ImageBuild {build.Metadata.Name}");
                return left;
            },
            DeletePatience);
    }

    private async Task CreateAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "sources"));
        Directory.CreateDirectory(Path.Combine(Folder, "built"));
        foreach (var guest in Guests.All) await Program.RunAsync("ln", [Guests.File(guest), Path.Combine(Folder, "sources", SourceName(guest))]);
        await Program.RunAsync("chown", [BuilderUser, Folder, Path.Combine(Folder, "sources"), Path.Combine(Folder, "built")]);
        await Client.CreateAsync(new V1Namespace { Metadata = new() { Name = Namespace, Labels = new Dictionary<string, string> { ["imageoperator.dev/test"] = "end-to-end" } } }, Stop);
        var size = new Dictionary<string, ResourceQuantity> { ["storage"] = new("20Gi") };
        await Client.CreateAsync(
            new V1PersistentVolume
            {
                Metadata = new() { Name = $"{Namespace}-{Claim}" },
                Spec = new()
                {
                    Capacity = size,
                    AccessModes = ["ReadWriteMany"],
                    PersistentVolumeReclaimPolicy = "Retain",
                    StorageClassName = "",
                    HostPath = new() { Path = Folder, Type = "Directory" },
                    ClaimRef = new() { NamespaceProperty = Namespace, Name = Claim },
                },
            },
            Stop);
        await Client.CreateAsync(
            new V1PersistentVolumeClaim
            {
                Metadata = new() { Name = Claim, NamespaceProperty = Namespace },
                Spec = new() { AccessModes = ["ReadWriteMany"], StorageClassName = "", VolumeName = $"{Namespace}-{Claim}", Resources = new() { Requests = size } },
            },
            Stop);
        // A pod whose claim is not bound yet is tried again by the scheduler much later.
        await Eventually.HoldsAsync(
            async () => (await Client.GetAsync<V1PersistentVolumeClaim>(Key(Claim), Stop)).Status?.Phase == "Bound", "the claim is not bound", DeletePatience);
    }

    private static string SourceName(string guest) => guest == Guests.Tiny ? "base.qcow2" : guest + ".qcow2";

    /// <summary>Not waited for: a namespace takes its time.</summary>
    private async Task RemoveAsync()
    {
        await foreach (var build in Client.ListAsync<ImageBuild>(new() { Namespace = Namespace }, CancellationToken.None))
        {
            // Only after a failed test, which has shown it already.
            await Client.MergePatchAsync<ImageBuild>(ObjectKey.Of(build), new() { ["metadata"] = new JsonObject { ["finalizers"] = null } }, null, CancellationToken.None);
        }

        await Client.DeleteIfExistsAsync<V1Namespace>(new("", Namespace), null, CancellationToken.None);
        await Client.DeleteIfExistsAsync<V1PersistentVolume>(new("", $"{Namespace}-{Claim}"), null, CancellationToken.None);
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
