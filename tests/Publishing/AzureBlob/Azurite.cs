using System.Diagnostics;
using System.Globalization;
using Azure.Storage;
using Azure.Storage.Blobs;
using ImageOperator.Workspaces.Tests.Servers;

namespace ImageOperator.Publishing.Tests.AzureBlob;

/// <summary>Azurite's blob service, started once for all tests that need it.</summary>
public sealed class Azurite : IAsyncLifetime
{
    public const string Account = "devstoreaccount1";

    /// <summary>Azurite's own, which everyone knows.</summary>
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private Process? _server;
    private string _log = "";

    public string Endpoint { get; private set; } = "";

    public string ConnectionString => $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={Endpoint};";

    internal BlobServiceClient Client => new(new Uri(Endpoint), new StorageSharedKeyCredential(Account, Key));

    public async ValueTask InitializeAsync()
    {
        var port = Tool.FreePort().ToString(CultureInfo.InvariantCulture);
        Endpoint = $"http://127.0.0.1:{port}/{Account}";
        _log = Path.GetTempFileName();
        // Into a file: a pipe would hold threads of the pool, whose rest the tests wait for.
        _server = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"exec '{Path.Combine(Root(), "config", "dev", "azure", "azurite.sh")}' serve {port} > '{_log}' 2>&1"]))!;
        using var http = new HttpClient();
        // The first time it is installed.
        for (var begun = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            try
            {
                // Any answer will do: without a signature it is a refusal.
                using var answer = await http.GetAsync(new Uri($"{Endpoint}?comp=list"));
                return;
            }
            catch (HttpRequestException) when (!_server.HasExited && begun.Elapsed < TimeSpan.FromMinutes(8))
            {
                continue;
            }
            catch (HttpRequestException)
            {
                Assert.Fail($"Azurite does not start: {string.Join('\n', (await File.ReadAllLinesAsync(_log)).TakeLast(20))}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null) return;
        if (!_server.HasExited) _server.Kill(entireProcessTree: true);
        await _server.WaitForExitAsync();
        _server.Dispose();
        File.Delete(_log);
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent;
        return folder!.FullName;
    }
}
