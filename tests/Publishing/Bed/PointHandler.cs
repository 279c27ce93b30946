using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Publishing.Tests.Bed;

/// <summary>Each request is a call of the process: it can be killed before and after it.</summary>
internal sealed class PointHandler(Process process) : DelegatingHandler
{
    public const string Prefix = "http ";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        process.CallAsync($"{Prefix}{request.Method} {NameOf(request.RequestUri!)}", () => base.SendAsync(request, cancellationToken));

    private static string NameOf(Uri url) => url.Query switch
    {
        var query when query.Contains("partNumber", StringComparison.Ordinal) => "part",
        var query when query.Contains("uploadId", StringComparison.OrdinalIgnoreCase) => "upload",
        var query when query.Contains("uploads", StringComparison.Ordinal) => "uploads",
        var query when query.Contains("comp=", StringComparison.Ordinal) => query.Split("comp=")[1].Split('&')[0],
        var query when query.Contains("upload_id", StringComparison.Ordinal) => "session",
        var query when query.Contains("uploadType", StringComparison.Ordinal) => "begin",
        _ when url.AbsolutePath.Contains("/manifests/", StringComparison.Ordinal) => "manifest",
        _ when url.AbsolutePath.Contains("/blobs/uploads/", StringComparison.Ordinal) => "upload",
        _ when url.AbsolutePath.Contains("/blobs/", StringComparison.Ordinal) => "blob",
        _ => "object",
    };
}
