using System.Net.Http.Headers;
using System.Text;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Workspaces.Archives;

namespace ImageOperator.Workspaces.Http;

/// <summary>A file of a web server, as it is or unpacked.</summary>
internal sealed class HttpFetcher : IEntryFetcher
{
    public string Kind => "http";

    public bool Supports(WorkspaceSource source) => source.Http is not null;

    public Task<WorkspaceStatus> ResolveAsync(Entry entry, CancellationToken cancellationToken)
    {
        var http = entry.Source.Http!;
        return Task.FromResult(new WorkspaceStatus { Path = entry.Source.Path, Url = new Uri(http.Url).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped), Digest = http.Checksum });
    }

    public async Task FetchAsync(Entry entry, WorkspaceStatus pin, string folder, CancellationToken cancellationToken)
    {
        var http = entry.Source.Http!;
        var name = http.Unpack ? "" : http.FileName ?? NameOf(entry, http.Url);
        using var client = new HttpClient(SecretKeys.Handler(entry, new Uri(http.Url))) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = Authorization(entry);
        using var file = await BlobCache.GetAsync(entry, client, new Uri(http.Url), pin.Digest, $"{entry.Field}.url", cancellationToken).ConfigureAwait(false);
        if (!http.Unpack)
        {
            File.Copy(file.Path, Path.Combine(folder, name));
            File.SetUnixFileMode(Path.Combine(folder, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            return;
        }

        var writer = new TreeWriter(folder, http.SubPath, entry.Field, TreeLimits.Default);
        await Unpacker.UnpackAsync(file.Path, writer, entry.Field, cancellationToken).ConfigureAwait(false);
        writer.Complete();
    }

    private static AuthenticationHeaderValue? Authorization(Entry entry)
    {
        if (entry.Secret.GetValueOrDefault(SecretKeys.BearerToken)?.Trim() is { Length: > 0 } token) return new("Bearer", token);
        if (entry.Secret.GetValueOrDefault(SecretKeys.User) is not { } user) return null;
        return new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{entry.Secret.GetValueOrDefault(SecretKeys.Password)}")));
    }

    private static string NameOf(Entry entry, string url)
    {
        var name = Uri.UnescapeDataString(new Uri(url).AbsolutePath.TrimEnd('/').Split('/')[^1]);
        if (name.Length is > 0 and <= 255 && name is not ("." or "..") && !name.Any(c => c is '/' or '\\' || char.IsControl(c))) return name;
        throw WorkspaceFailure.Unavailable($"{entry.Field}.fileName", "the url has no last part to call the file by", "set fileName");
    }
}
