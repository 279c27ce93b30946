using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Platforms;
using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.Tests.Builds;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Controller.Tests.Templates;

/// <summary>A template's Ready follows the platforms that it refers to, and waits for no poll: the clock stands.</summary>
public sealed class TemplateWakingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClusterImagePlatform_AppearsLater_TemplateIsJudgedAnew(bool ofCluster)
    {
        var server = new Server(ofCluster);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([new("Builder:Image", "builder"), new("LeaderElection:Enabled", "false")]);
        builder.Services.AddSingleton<IClient>(server).AddSingleton<TimeProvider>(new FakeTimeProvider(Given.Start)).AddImageOperator(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync(Stop);
        Assert.Equal("ReferenceNotFound", await server.NextReasonAsync());

        server.Show(new()
        {
            Metadata = new() { Name = "lab", Uid = "3", Generation = 1, ResourceVersion = "2" },
            Spec = new() { Qemu = new(), AllowedNamespaces = new() { Names = ["ns"] } },
        });

        Assert.Equal("Valid", await server.NextReasonAsync());
        await host.StopAsync(new(canceled: true));
    }

    private sealed class Server(bool ofCluster) : IClient
    {
        private static readonly ImageTemplateSpec Spec = Given.Template with
        {
            Targets = [Given.Target("lab") with { PlatformRef = new() { Name = "lab", Kind = PlatformKind.ClusterImagePlatform } }],
        };

        private readonly object template = ofCluster
            ? new ClusterImageTemplate { Metadata = new() { Name = "web", Uid = "2", Generation = 1 }, Spec = new() { Targets = Spec.Targets, Communicator = Spec.Communicator } }
            : new ImageTemplate { Metadata = new() { Name = "web", NamespaceProperty = "ns", Uid = "1", Generation = 1 }, Spec = Spec };

        private readonly Channel<ClusterImagePlatform> shown = Channel.CreateUnbounded<ClusterImagePlatform>();
        private volatile ClusterImagePlatform? platform;

        private Channel<string> Reasons { get; } = Channel.CreateUnbounded<string>();

        public Task<string> NextReasonAsync() => Reasons.Reader.ReadAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Stop);

        public void Show(ClusterImagePlatform now)
        {
            platform = now;
            shown.Writer.TryWrite(now);
        }

        Task<T> IClient.GetAsync<T>(ObjectKey key, CancellationToken cancellationToken) =>
            platform is T found ? Task.FromResult(found) : throw new ApiException { Error = ApiError.NotFound };

        Task<T> IClient.ApplyAsync<T>(ObjectKey key, JsonObject configuration, ApplyOptions options, CancellationToken cancellationToken)
        {
            if (template is not T told) return Task.FromResult<T>(null!);
            var conditions = configuration["status"]!["conditions"]!.AsArray();
            Reasons.Writer.TryWrite(conditions.Single(c => c!["type"]!.GetValue<string>() == "Ready")!["reason"]!.GetValue<string>());
            return Task.FromResult(told);
        }

        Task<ListPage<T>> IClient.ListPageAsync<T>(ListOptions options, CancellationToken cancellationToken) =>
            Task.FromResult(new ListPage<T>(template is T listed ? [listed] : [], "1", null));

        Task<T> IClient.CreateAsync<T>(T obj, CancellationToken cancellationToken) => Task.FromResult(obj);

        Task<T> IClient.UpdateAsync<T>(T obj, UpdateOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

        Task<T> IClient.MergePatchAsync<T>(ObjectKey key, JsonObject patch, UpdateOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

        Task IClient.DeleteAsync<T>(ObjectKey key, DeleteOptions? options, CancellationToken cancellationToken) => Task.CompletedTask;

        async IAsyncEnumerable<WatchEvent<T>> IClient.WatchAsync<T>(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (typeof(T) != typeof(ClusterImagePlatform)) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            await foreach (var now in shown.Reader.ReadAllAsync(cancellationToken)) yield return new(WatchType.Added, now.Metadata.ResourceVersion, (T)(object)now);
        }
    }
}
