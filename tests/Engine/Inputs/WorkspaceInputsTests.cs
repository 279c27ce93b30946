using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Builds;
using ImageOperator.Engine.Inputs;
using ImageOperator.Engine.Masking;

namespace ImageOperator.Engine.Tests.Inputs;

/// <summary>Entries of the workspace as inputs, kind by kind.</summary>
public sealed class WorkspaceInputsTests : IDisposable
{
    private static readonly byte[] Salt = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly string _root = Directory.CreateTempSubdirectory("workspace-inputs-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Fetched_IsOneInput_ByItsBytes_KnownByItsRevision()
    {
        Write("site/a", "1");
        Write("site/b", "1");
        var first = Collect(Salt, new WorkspaceStatus { Path = "site", Digest = "sha1:1", Revision = "main@sha1:1" });
        var renamed = Collect(Salt, new WorkspaceStatus { Path = "site", Digest = "sha1:2", Revision = "main@sha1:2" });
        Write("site/b", "2");
        var changed = Collect(Salt, new WorkspaceStatus { Path = "site", Digest = "sha1:3", Revision = "main@sha1:3" });

        Assert.Equal("main@sha1:1", Of(first, "workspace/site").Value);
        Assert.Equal(Of(first, "workspace/site").Digest, Of(renamed, "workspace/site").Digest);
        Assert.NotEqual(Of(first, "workspace/site").Digest, Of(changed, "workspace/site").Digest);
    }

    [Fact]
    public void Secret_IsAKeyedHash_ThatNobodyCanTryOut()
    {
        Write("licence/key", "1234");
        Write("files/key", "1234");

        var salted = Of(Collect(Salt), "workspace/licence/key");

        Assert.Equal(salted, Of(Collect(Salt), "workspace/licence/key"));
        Assert.NotEqual(salted.Digest, Of(Collect([.. Salt.Reverse()]), "workspace/licence/key").Digest);
        Assert.NotEqual(salted.Digest, Of(Collect(Salt), "workspace/files/key").Digest);
        Assert.Null(salted.Value);
    }

    [Fact]
    public void Volume_WithALinkThatLeadsOut_IsNotFollowed()
    {
        Write("shared/a", "1");
        Directory.CreateSymbolicLink(Path.Combine(_root, "shared/out"), "/proc");

        var before = Of(Collect(Salt), "workspace/shared");

        Assert.Equal(before, Of(Collect(Salt), "workspace/shared"));
    }

    [Fact]
    public void Mutable_IsWhatKubeletRenews_NotWhatWasFetched()
    {
        Write("site/a", "1");
        Write("files/a", "1");
        Write("licence/key", "1");
        var inputs = Inputs(Salt);
        var noted = Collect(Salt);

        Assert.Equal(["workspace/licence/key", "workspace/files/a"], inputs.Mutable(noted).Select(i => i.Name));
        Assert.Equal(inputs.Mutable(noted), inputs.Mutable(CancellationToken.None));
        // Nobody changes these; were they read, a test of an image would need them.
        Directory.Delete(Path.Combine(_root, "site"), recursive: true);
        Assert.Equal(inputs.Mutable(noted), inputs.Mutable(CancellationToken.None));
        Write("licence/key", "2");
        Assert.NotEqual(inputs.Mutable(noted), inputs.Mutable(CancellationToken.None));
        Assert.Equal(["workspace/files/a"], Inputs(null).Mutable(CancellationToken.None).Select(i => i.Name));
    }

    private static BuildInput Of(IReadOnlyList<BuildInput> inputs, string name) => inputs.Single(i => i.Name == name);

    private IReadOnlyList<BuildInput> Collect(byte[] salt, params WorkspaceStatus[] fetched)
    {
        var list = new InputList();
        Inputs(salt, fetched).AddTo(list, CancellationToken.None);
        return list.Inputs;
    }

    private WorkspaceInputs Inputs(byte[]? salt, params WorkspaceStatus[] fetched) => new(
        new BuildPlan
        {
            Identity = new("uid", "ns", "web-1", "lab", 1),
            Template = new()
            {
                Targets = [],
                Communicator = new(),
                Workspace =
                [
                    new() { Path = "site", Git = new() { Url = "https://git.example.com/site.git" } },
                    new() { Path = "licence", Secret = new() { Name = "licence" } },
                    new() { Path = "files", ConfigMap = new() { Name = "files" } },
                    new() { Path = "shared", PersistentVolumeClaim = new ClaimSource { ClaimName = "files" } },
                ],
            },
            Parameters = new Dictionary<string, string>(),
            Masker = new SecretMasker([]),
            Folders = new(_root, "", "", ""),
            Volumes = null!,
            Salt = salt,
        },
        fetched);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
        File.WriteAllText(Path.Combine(_root, path), content);
    }
}
