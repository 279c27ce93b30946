using System.Diagnostics;
using System.Net;
using System.Text;
using ImageOperator.Engine.Masking;
using ImageOperator.Telemetry;

namespace ImageOperator.Builder.Tests.Tracing;

public sealed class MaskingTests
{
    private const string Secret = "correct-horse-battery-staple";
    private const string Token = "tell-nobody";

    /// <summary>A collector that keeps what it gets.</summary>
    [Fact]
    public async Task Spans_LeaveWithoutSecrets_AndWithTheHeadersOfTheFile()
    {
        using var http = new HttpListener();
        var port = FreePort();
        http.Prefixes.Add($"http://127.0.0.1:{port}/");
        http.Start();
        var receiving = ReceiveAsync(http);
        var headers = Path.GetTempFileName();
        await File.WriteAllTextAsync(headers, $"authorization=Bearer {Token}\n", TestContext.Current.CancellationToken);
        using var source = new ActivitySource("masking-test");
        var masker = new SecretMasker([Secret]);
        using (TracerSession.Start(new() { Endpoint = $"http://127.0.0.1:{port}", Protocol = OtlpProtocol.Http, HeadersFile = headers }, Resources.Of("test", "1"), masker.Apply, source.Name))
        {
            var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
            using var span = source.StartActivity($"step {Secret}", ActivityKind.Internal, parent)!;
            span.SetTag("plain", "seen").SetTag("url", $"https://user:{Secret}@host/").SetStatus(ActivityStatusCode.Error, $"bad: {Secret}");
        }

        var (body, authorization, path) = await receiving;

        Assert.Equal("/v1/traces", path);
        Assert.Equal($"Bearer {Token}", authorization);
        Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
        Assert.Contains("step ***", body, StringComparison.Ordinal);
        Assert.Contains("https://user:***@host/", body, StringComparison.Ordinal);
        Assert.Contains("bad: ***", body, StringComparison.Ordinal);
        Assert.Contains("seen", body, StringComparison.Ordinal);
        File.Delete(headers);
    }

    [Fact]
    public void WithoutEndpoint_NobodyListens()
    {
        using var source = new ActivitySource("quiet-test");
        using var session = TracerSession.Start(new(), Resources.Of("test", "1"), t => t, source.Name);

        Assert.False(source.HasListeners());
    }

    private static async Task<(string Body, string? Authorization, string Path)> ReceiveAsync(HttpListener http)
    {
        var context = await http.GetContextAsync();
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        context.Response.Close();
        return (Encoding.Latin1.GetString(body.ToArray()), context.Request.Headers["authorization"], context.Request.Url!.AbsolutePath);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
