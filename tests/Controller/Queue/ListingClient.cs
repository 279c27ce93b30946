using System.Text.Json.Nodes;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Runtime;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Controller.Tests.Queue;

/// <summary>A server that lists builds and nothing else.</summary>
internal sealed class ListingClient : IClient
{
    public List<ImageBuild> Builds { get; } = [];

    public int Lists { get; private set; }

    Task<ListPage<T>> IClient.ListPageAsync<T>(ListOptions options, CancellationToken cancellationToken)
    {
        Lists++;
        return Task.FromResult(new ListPage<T>([.. Builds.Cast<T>()], "7", null));
    }

    Task<T> IClient.GetAsync<T>(ObjectKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<T> IClient.CreateAsync<T>(T obj, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<T> IClient.UpdateAsync<T>(T obj, UpdateOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<T> IClient.MergePatchAsync<T>(ObjectKey key, JsonObject patch, UpdateOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<T> IClient.ApplyAsync<T>(ObjectKey key, JsonObject configuration, ApplyOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();

    Task IClient.DeleteAsync<T>(ObjectKey key, DeleteOptions? options, CancellationToken cancellationToken) => throw new NotSupportedException();

    IAsyncEnumerable<WatchEvent<T>> IClient.WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken) => throw new NotSupportedException();
}
