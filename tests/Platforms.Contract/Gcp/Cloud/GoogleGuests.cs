using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Aws.Machines;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>
/// Machines that run, with what Google's guest environment does in them: a metadata server at port 80 of the machine's address, and a startup script, in a mount
/// namespace of its own. A disk is a file with an ext4 file system, which has in it what is below the image's <c>/mnt</c>.
/// </summary>
internal sealed class GoogleGuests(GoogleState state, SshMachines machines) : IInstanceHost, IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("imageoperator-guests-").FullName;
    private readonly ConcurrentDictionary<string, Guest> _guests = new();
    private readonly ConcurrentDictionary<string, string> _images = new();

    /// <summary>The token of machines' service accounts; null: they have none.</summary>
    public string? Token { get; set; } = "token-of-the-worker";

    /// <summary>What of the script is another in these guests.</summary>
    public Func<string, string> Change { get; set; } = script => script;

    /// <summary>What was attached last.</summary>
    public byte[] Disk { get; private set; } = [];

    public async Task StartAsync(InstanceBoot boot)
    {
        await machines.StartAsync(boot);
        var instance = state.Resources.Values.Single(r => r.Link.EndsWith($"/instances/{boot.Id}", StringComparison.Ordinal));
        // Of the others the double says how their scripts end.
        if (Attribute(instance, "imageoperator-export") is null) return;
        var folder = Directory.CreateDirectory(Path.Combine(_root, boot.Id)).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "by-id"));
        var script = Path.Combine(folder, "startup-script");
        await File.WriteAllTextAsync(script, Change(Attribute(instance, "startup-script")!));
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var listener = new HttpListener();
        listener.Prefixes.Add($"http://{boot.Address}:80/");
        listener.Start();
        var start = new System.Diagnostics.ProcessStartInfo(
            "/usr/bin/unshare", ["--mount", "--fork", "--kill-child", "sh", "-c", $"mkdir -p /dev/disk/by-id && mount --bind '{folder}/by-id' /dev/disk/by-id && exec '{script}' > '{folder}/log' 2>&1"]);
        start.Environment["GCE_METADATA_HOST"] = boot.Address;
        _guests[boot.Id] = new(folder, listener, System.Diagnostics.Process.Start(start)!);
        _ = ServeAsync(listener, instance);
    }

    public async Task AttachAsync(string id, string device, string image)
    {
        if (!_guests.TryGetValue(id, out var guest)) return;
        var file = Path.Combine(_root, $"{image}.raw");
        using (var made = System.Diagnostics.Process.Start("/sbin/mke2fs", ["-q", "-t", "ext4", "-d", _images[image], file, "24M"])) await made.WaitForExitAsync();
        Disk = await File.ReadAllBytesAsync(file);
        File.CreateSymbolicLink(Path.Combine(guest.Folder, "by-id", $"google-{device}"), file);
    }

    public bool HasPoweredOff(string id) => machines.HasPoweredOff(id);

    public async Task StopAsync(string id, bool ended)
    {
        if (_guests.TryRemove(id, out var guest)) await guest.StopAsync();
        await machines.StopAsync(id, ended);
    }

    public void Capture(string from, string image)
    {
        machines.Capture(from, image);
        _images[image] = machines.FolderOf(image);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var guest in _guests.Values) await guest.StopAsync();
        Directory.Delete(_root, recursive: true);
    }

    private static string? Attribute(GoogleResource instance, string key) => (string?)instance.Body["metadata"]?["items"]?.AsArray().FirstOrDefault(i => (string?)i!["key"] == key)?["value"];

    private async Task ServeAsync(HttpListener listener, GoogleResource instance)
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                var (status, text) = await AnswerAsync(context.Request, instance);
                context.Response.StatusCode = status;
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The machine has ended.
        }
    }

    private async Task<(int Status, string Text)> AnswerAsync(HttpListenerRequest request, GoogleResource instance)
    {
        const string Root = "/computeMetadata/v1/instance/";
        if (request.Headers["Metadata-Flavor"] != "Google") return (403, "");
        var path = request.Url!.AbsolutePath[Root.Length..].Split('/', 2);
        switch (path[0])
        {
            case "attributes" when Attribute(instance, path[1]) is { } value:
                return (200, value);
            case "guest-attributes" when Attribute(instance, "enable-guest-attributes") != "TRUE":
                return (403, "");
            case "guest-attributes" when request.HttpMethod == "PUT":
                using (var reader = new StreamReader(request.InputStream)) instance.GuestAttributes[path[1]] = await reader.ReadToEndAsync();
                return (200, "");
            case "guest-attributes" when instance.GuestAttributes.TryGetValue(path[1], out var told):
                return (200, told);
            case "service-accounts" when path[1] == "default/token" && Token is { } token && instance.Body["serviceAccounts"] is JsonArray { Count: > 0 }:
                return (200, new JsonObject { ["access_token"] = token, ["expires_in"] = 3599, ["token_type"] = "Bearer" }.ToJsonString());
            default:
                return (404, "");
        }
    }

    private sealed record Guest(string Folder, HttpListener Listener, System.Diagnostics.Process Script)
    {
        public async Task StopAsync()
        {
            ((IDisposable)Listener).Dispose();
            if (!Script.HasExited) Script.Kill(entireProcessTree: true);
            await Script.WaitForExitAsync();
            Script.Dispose();
        }
    }
}
