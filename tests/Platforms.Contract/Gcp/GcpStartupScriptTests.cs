using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ImageOperator.Platforms.Gcp.Machines;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>What the guest agent runs, run by a real shell beside a metadata server.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpStartupScriptTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("imageoperator-gcp-").FullName;
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, string> _told = [];
    private readonly string _root;
    private string _script = "";

    public GcpStartupScriptTests()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _root = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(_root + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public void Dispose()
    {
        ((IDisposable)_listener).Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("echo $0 > ran; exit 3", "3")]
    [InlineData("#!/bin/bash -e\n[[ a == a ]] && echo yes > ran\n", "0")]
    [InlineData("#!/usr/bin/env -S sh -e\r\necho yes > ran\nfalse\necho no > ran\n", "1")]
    public async Task Script_IsRunByItsInterpreter_AndItsEndIsTold_Once(string script, string code)
    {
        _script = script;
        await RunAsync();
        Assert.Equal(code, _told["imageoperator/startup-script"]);
        Assert.True(File.Exists(Path.Combine(_folder, "ran")));
        Assert.NotEqual("no", (await File.ReadAllTextAsync(Path.Combine(_folder, "ran"))).Trim());

        // At the next boot the guest agent runs it again.
        File.Delete(Path.Combine(_folder, "ran"));
        await RunAsync();
        Assert.False(File.Exists(Path.Combine(_folder, "ran")));
    }

    private async Task RunAsync()
    {
        var start = new ProcessStartInfo("sh") { WorkingDirectory = _folder, RedirectStandardError = true, ArgumentList = { "-c", StartupScript.Wrapper.Replace("http://metadata.google.internal", _root, StringComparison.Ordinal) } };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(_told.Count > 0, errors);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var (request, answer) = (context.Request, context.Response);
                var path = request.Url!.AbsolutePath;
                var key = path[(path.IndexOf("guest-attributes/", StringComparison.Ordinal) + "guest-attributes/".Length)..];
                var text = "";
                if (request.Headers["Metadata-Flavor"] != "Google") answer.StatusCode = 403;
                else if (path == $"/computeMetadata/v1/instance/attributes/{StartupScript.MetadataKey}") text = _script;
                else if (request.HttpMethod == "PUT") _told[key] = await new StreamReader(request.InputStream).ReadToEndAsync();
                else if (_told.TryGetValue(key, out var told)) text = told;
                else answer.StatusCode = 404;
                await answer.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
                answer.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Disposed of.
        }
    }
}
