using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Controller.Builds;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Queue;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Cache;
using ImageOperator.Runtime.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageOperator.Controller.Tests.Queue;

/// <summary>The queue gave a place away, and the build was never begun: the place must come back.</summary>
public sealed class PlaceOfUnstartedBuildTests : IAsyncDisposable
{
    private readonly FakeInformer<ImageBuild> cache = new(BuildIndexes.AddTo);
    private readonly RacingServer server = new();
    private readonly ServiceProvider services;
    private readonly BuildReconciler reconciler;

    public PlaceOfUnstartedBuildTests()
    {
        var settings = new Dictionary<string, string?> { ["Limits:ConcurrentBuilds"] = "1", ["Builder:Image"] = "builder", ["LeaderElection:Enabled"] = "false" };
        services = new ServiceCollection().AddLogging()
            .AddSingleton<IClient>(server)
            .AddImageOperator(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddSingleton<IInformer<ImageBuild>>(cache)
            .BuildServiceProvider();
        reconciler = services.GetRequiredService<BuildReconciler>();
        services.GetRequiredService<AdmissionQueue>().Lead(_ => { });
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    [Fact]
    public async Task CancelledWhileItIsTakenUp_NextOneStarts() => await RaceAsync(b => b with { Spec = b.Spec with { Cancel = true } });

    [Fact]
    public async Task DeletedWhileItsTemplateIsRead_NextOneStarts()
    {
        server.Add("a", cache);
        server.Add("b", cache);
        server.OnTemplateRead = () =>
        {
            server.OnTemplateRead = null;
            if (server.Builds.Remove("a", out var gone)) cache.Remove(gone);
        };

        await ReconcileAsync("a");
        await ReconcileAsync("b");

        Assert.Equal(1, server.Builds["b"].Status?.Targets?[0].Attempt);
    }

    [Fact]
    public async Task TemplateGoneWrongWhileItIsTakenUp_NextOneStarts() => await RaceAsync(b =>
    {
        server.Template = server.Template with { Parameters = [new() { Name = "must" }] };
        return b with { Spec = b.Spec with { Priority = 1 } };
    });

    private async Task RaceAsync(Func<ImageBuild, ImageBuild> meanwhile)
    {
        var sound = server.Template;
        server.Add("a", cache);
        server.Add("b", cache);
        server.BeforeWrite = meanwhile;

        await ReconcileAsync("a");
        Assert.Null(server.BeforeWrite);
        server.Template = sound;
        await ReconcileAsync("b");

        Assert.Equal(1, server.Builds["b"].Status?.Targets?[0].Attempt);
    }

    private async Task ReconcileAsync(string name) => await reconciler.ReconcileAsync(new("ns", name), TestContext.Current.CancellationToken);

    /// <summary>A server on which someone is faster than the first write of a status.</summary>
    private sealed class RacingServer : IClient
    {
        private int version;

        public Dictionary<string, ImageBuild> Builds { get; } = [];

        public ImageTemplateSpec Template { get; set; } = Given.Template;

        public Func<ImageBuild, ImageBuild>? BeforeWrite { get; set; }

        public Action? OnTemplateRead { get; set; }

        public void Add(string name, FakeInformer<ImageBuild> cache)
        {
            var build = new ImageBuild
            {
                Metadata = new() { Name = name, NamespaceProperty = "ns", Uid = name, ResourceVersion = $"{++version}", Generation = 1, CreationTimestamp = Given.Start.UtcDateTime },
                Spec = new() { TemplateRef = new() { Name = "web" } },
            };
            Builds[name] = build;
            cache.Show(build);
        }

        Task<T> IClient.GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        {
            if (typeof(T) == typeof(ImageTemplate)) OnTemplateRead?.Invoke();
            object? found = typeof(T) == typeof(ImageBuild) ? Builds.GetValueOrDefault(key.Name)
                : typeof(T) == typeof(ImageTemplate) ? new ImageTemplate { Spec = Template }
                : null;
            return found is T there ? Task.FromResult(there) : throw new ApiException { Error = ApiError.NotFound };
        }

        Task<ListPage<T>> IClient.ListPageAsync<T>(ListOptions options, CancellationToken cancellationToken) =>
            Task.FromResult(new ListPage<T>([.. Builds.Values.OfType<T>()], "1", null));

        Task<T> IClient.CreateAsync<T>(T obj, CancellationToken cancellationToken)
        {
            obj.Metadata.Uid ??= obj.Metadata.Name;
            return Task.FromResult(obj);
        }

        Task<T> IClient.MergePatchAsync<T>(ObjectKey key, JsonObject patch, UpdateOptions? options, CancellationToken cancellationToken) =>
            Task.FromResult((T)(object)Builds[key.Name]);

        Task<T> IClient.ApplyAsync<T>(ObjectKey key, JsonObject configuration, ApplyOptions options, CancellationToken cancellationToken)
        {
            var build = Builds[key.Name];
            if (BeforeWrite is { } meanwhile)
            {
                BeforeWrite = null;
                Builds[key.Name] = With(meanwhile(build));
                throw new ApiException { Error = ApiError.Conflict };
            }

            var status = System.Text.Json.JsonSerializer.Deserialize<ImageBuildStatus>(configuration["status"], RuntimeJson.Options);
            Builds[key.Name] = With(build with { Status = status });
            return Task.FromResult((T)(object)Builds[key.Name]);
        }

        Task IClient.DeleteAsync<T>(ObjectKey key, DeleteOptions? options, CancellationToken cancellationToken) => Task.CompletedTask;

        Task<T> IClient.UpdateAsync<T>(T obj, UpdateOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

        IAsyncEnumerable<WatchEvent<T>> IClient.WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

        private ImageBuild With(ImageBuild build) => build with
        {
            Metadata = new()
            {
                Name = build.Metadata.Name,
                NamespaceProperty = "ns",
                Uid = build.Metadata.Uid,
                ResourceVersion = $"{++version}",
                Generation = 1,
                CreationTimestamp = build.Metadata.CreationTimestamp,
            },
        };
    }
}
