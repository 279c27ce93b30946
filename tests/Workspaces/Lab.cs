using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Workspaces.Tests.Servers;

namespace ImageOperator.Workspaces.Tests;

/// <summary>The folders of a build, and what it says.</summary>
public sealed class Lab : IBuildObserver, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("io-workspace-").FullName;
    private int _builds;

    public Lab()
    {
        foreach (var folder in new[] { "server", "cache", "scratch" }) Directory.CreateDirectory(Path.Combine(_root, folder));
    }

    internal string Server => Path.Combine(_root, "server");

    internal string Cache => Path.Combine(_root, "cache");

    internal string Scratch => Path.Combine(_root, "scratch");

    internal string Root => _root;

    internal string Workspace => Path.Combine(_root, $"workspace-{_builds}");

    internal Repositories Repositories => new(Server);

    internal List<string> Said { get; } = [];

    internal Dictionary<string, Dictionary<string, string>> Secrets { get; } = [];

    internal Dictionary<string, string> Parameters { get; } = [];

    internal string Namespace { get; set; } = "team-a";

    internal Task<IReadOnlyList<WorkspaceStatus>> FetchAsync(WorkspaceSource entry, IWorkspacePins? pins = null) => FetchAsync([entry], pins);

    internal Task<IReadOnlyList<WorkspaceStatus>> FetchAsync(IReadOnlyList<WorkspaceSource> entries, IWorkspacePins? pins = null)
    {
        _builds++;
        var request = new WorkspaceRequest
        {
            Entries = entries,
            Values = ExpressionValues.Of([.. Parameters.Keys.Select(name => new Parameter { Name = name })], Parameters).With(KnownNames.BuildName, "web-1"),
            Folder = Workspace,
            Cache = Cache,
            Scratch = Scratch,
            Namespace = Namespace,
            Credentials = entry => Secrets.GetValueOrDefault(entry.CredentialsRef()!.Name),
        };
        return new WorkspaceFetcher(request, pins ?? new MemoryPins(), new ImpatientTime()).PrepareAsync(this, TestContext.Current.CancellationToken);
    }

    internal async Task<PlatformException> RefusedAsync(WorkspaceSource entry)
    {
        var e = await Assert.ThrowsAsync<PlatformException>(() => FetchAsync(entry));
        // Whatever went wrong, credentials are gone.
        Assert.Empty(Directory.EnumerateFileSystemEntries(Scratch));
        return e;
    }

    internal string Read(string path) => File.ReadAllText(Path.Combine(Workspace, path));

    internal IReadOnlyList<string> Files() => [.. Directory.EnumerateFiles(Workspace, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(f => Path.GetRelativePath(Workspace, f)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    void IBuildObserver.Observe(BuildEvent buildEvent)
    {
        if (buildEvent is BuildEvent.Message message) lock (Said) Said.Add(message.Text);
    }

    /// <summary>Waits no longer than it must.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.FromSeconds(20) || dueTime < TimeSpan.Zero ? dueTime : dueTime / 50, period);
    }
}
