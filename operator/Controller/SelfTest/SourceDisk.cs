using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ImageOperator.Controller.SelfTest;

/// <summary>An empty disk that the dry build takes as its source: served from here, so that the test needs nothing of the world.</summary>
internal sealed class SourceDisk : IAsyncDisposable
{
    private const string Path = "/disk.raw";
    private const int Bytes = 1 << 20;

    private static readonly byte[] Content = new byte[Bytes];

    private readonly WebApplication app;

    private SourceDisk(WebApplication app) => this.app = app;

    public static string Checksum { get; } = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Content));

    /// <summary>How often it was fetched.</summary>
    public int Fetched { get; private set; }

    public static async Task<SourceDisk> ServeAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Any, 0));
        var disk = new SourceDisk(builder.Build());
        disk.app.MapGet(Path, () =>
        {
            disk.Fetched++;
            return Results.Bytes(Content, "application/octet-stream", enableRangeProcessing: true);
        });
        await disk.app.StartAsync(cancellationToken).ConfigureAwait(false);
        return disk;
    }

    public string UrlAt(string address)
    {
        var listening = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new UriBuilder("http", address, new Uri(listening).Port, Path).Uri.AbsoluteUri;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
