using System.Net;
using System.Net.Sockets;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>The cloud behind a port of the loopback: for programs that are not this one.</summary>
internal sealed class CloudServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Ec2Cloud _cloud;
    private readonly Task _serving;

    public CloudServer(Ec2Cloud cloud)
    {
        _cloud = cloud;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var context = await _listener.GetContextAsync();
            _ = Task.Run(() => AnswerAsync(context));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, context.Request.Url) { Content = new StreamContent(context.Request.InputStream) };
        foreach (var name in context.Request.Headers.AllKeys.OfType<string>())
        {
            if (!request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name])) request.Content.Headers.TryAddWithoutValidation(name, context.Request.Headers[name]);
        }

        try
        {
            using var answer = await _cloud.SendAsync(request);
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await answer.Content.CopyToAsync(context.Response.OutputStream);
            context.Response.Close();
        }
        catch (HttpRequestException)
        {
            // An injected one: the connection breaks.
            context.Response.Abort();
        }
    }
}
