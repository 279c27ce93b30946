using System.Net;
using System.Text;

namespace ImageOperator.Builder.Tests.Journal;

/// <summary>What an API server says in the moments after its start: scripted answers, the last one for ever.</summary>
internal sealed class RestartedServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Queue<(int Code, string Body)> _answers;

    public RestartedServer(params (int Code, string Body)[] answers)
    {
        _answers = new(answers);
        var port = FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        Kubeconfig = Path.Combine(Path.GetTempPath(), $"kubeconfig-{Guid.NewGuid():N}");
        File.WriteAllText(Kubeconfig, $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: a, cluster: {server: "http://127.0.0.1:{{port}}" } }]
            users: [{name: a, user: {token: t} }]
            contexts: [{name: a, context: {cluster: a, user: a} }]
            current-context: a
            """);
        _ = ServeAsync();
    }

    public string Kubeconfig { get; }

    public int Requests { get; private set; }

    public void Dispose()
    {
        _listener.Close();
        File.Delete(Kubeconfig);
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Requests++;
            var (code, body) = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
            context.Response.StatusCode = code;
            context.Response.ContentType = body.StartsWith('{') ? "application/json" : "text/plain";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
