using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>The cloud behind a socket, for clients that are not given a handler.</summary>
internal sealed class GoogleServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly GoogleCloud _cloud;

    public GoogleServer(GoogleCloud cloud)
    {
        _cloud = cloud;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
        }

        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address { get; }

    public void Dispose() => ((IDisposable)_listener).Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        using var request = new HttpRequestMessage(new(context.Request.HttpMethod), context.Request.Url);
        if (context.Request.HasEntityBody) request.Content = new StreamContent(context.Request.InputStream);
        else if (context.Request.Headers["Content-Range"] is not null) request.Content = new ByteArrayContent([]);
        if (context.Request.Headers["Content-Range"] is { } range) request.Content!.Headers.TryAddWithoutValidation("Content-Range", range);
        if (context.Request.Headers["Authorization"] is { } authorization) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        try
        {
            using var answer = await _cloud.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            (context.Response.StatusCode, context.Response.ContentType) = ((int)answer.StatusCode, "application/json");
            if (answer.Headers.Location is { } location) context.Response.Headers["Location"] = location.ToString();
            if (answer.Headers.TryGetValues("Range", out var taken)) context.Response.Headers["Range"] = taken.Single();
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpRequestException or HttpListenerException or ObjectDisposedException)
        {
            // An injected fault, or the client has gone.
            context.Response.Abort();
        }
    }
}
