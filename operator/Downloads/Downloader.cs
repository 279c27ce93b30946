using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Downloads;

/// <summary>Downloads a file, verified while it streams; continues what an earlier process left, and what broke off.</summary>
public sealed class Downloader(HttpClient http, TimeProvider time, Action<string, double?> progress, Action<string> warn, DownloadPurpose? purpose = null)
{
    private const int MaxTriesWithoutProgress = 8;
    private readonly DownloadPurpose _purpose = purpose ?? DownloadPurpose.SourceImage;
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    /// <summary>Downloads to a partial file and moves it into place once it is whole, verified and durable.</summary>
    /// <exception cref="PlatformException">ChecksumMismatch, SourceUnavailable or NoSpace.</exception>
    public async Task DownloadAsync(Uri url, Checksum expected, string path, CancellationToken cancellationToken)
    {
        var partial = new PartialDownload(path + ".partial", expected);
        try
        {
            var resumed = await FetchAsync(url, partial, cancellationToken).ConfigureAwait(false);
            if (partial.Sum() != expected && resumed)
            {
                // Pieces of two versions of the file, perhaps: judge it only by one fetched in one go.
                warn($"{Shown(url)}: the continued download does not match its checksum, so it starts over");
                partial.Restart();
                await FetchAsync(url, partial, cancellationToken).ConfigureAwait(false);
            }

            var found = partial.Sum();
            if (found != expected)
            {
                partial.Delete();
                throw Mismatch(Shown(url), expected, found, _purpose);
            }

            partial.Publish(path);
        }
        catch (IOException e) when (DiskSpace.IsFull(e))
        {
            partial.Delete();
            throw DiskSpace.Full(Path.GetDirectoryName(path)!, $"downloading {Shown(url)}", partial.Total, e);
        }
        finally
        {
            partial.Dispose();
        }
    }

    /// <summary>The failure of a file that is another one than was asked for.</summary>
    public static PlatformException Mismatch(string name, Checksum expected, Checksum found, DownloadPurpose? purpose = null) => new(
        FailureKind.Terminal, Reasons.ChecksumMismatch, $"{name} has the checksum {found}, but {expected} is expected",
        $"if the file was published anew, put its new checksum into {(purpose ?? DownloadPurpose.SourceImage).ChecksumField}; otherwise do not trust it");

    // True if bytes of an earlier connection are in the file.
    private async Task<bool> FetchAsync(Uri url, PartialDownload partial, CancellationToken cancellationToken)
    {
        await partial.OpenAsync(cancellationToken).ConfigureAwait(false);
        var resumed = partial.Length > 0;
        if (resumed) warn($"{Shown(url)}: going on after {DiskSpace.Text(partial.Length)}");
        for (var tries = 1; ; tries++)
        {
            var before = partial.Length;
            Exception error;
            try
            {
                if (await FetchOnceAsync(url, partial, cancellationToken).ConfigureAwait(false)) return resumed;
                error = new IOException("the connection ended early");
            }
            catch (HttpStatusException e) when (e.IsTransient)
            {
                if (e.IsThrottled) Work.Throttled();
                error = e;
            }
            catch (HttpStatusException e)
            {
                throw Unavailable(url, e.Message, e);
            }
            catch (HttpRequestException e) when (e.InnerException is AuthenticationException inner)
            {
                // A certificate that is not trusted will not be trusted the next time either.
                throw new PlatformException(
                    FailureKind.Terminal, _purpose.Reason, $"cannot download {Shown(url)}: {inner.Message}",
                    $"check {_purpose.UrlField}; if the server has a certificate of your own authority, the builder must be given that authority's certificate", e);
            }
            catch (Exception e) when ((e is HttpRequestException or IOException or TimeoutException) && !DiskSpace.IsFull(e) && !cancellationToken.IsCancellationRequested)
            {
                error = e;
            }

            if (partial.Length > before) tries = 1;
            resumed |= partial.Length > 0;
            if (tries >= MaxTriesWithoutProgress) throw Unavailable(url, $"{error.Message} (tried {tries} times)", error);
            var pause = Pause(tries, (error as HttpStatusException)?.RetryAfter);
            warn($"{Shown(url)}: {error.Message}; again in {pause.TotalSeconds:0.#} s");
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    // True if the file is whole.
    private async Task<bool> FetchOnceAsync(Uri url, PartialDownload partial, CancellationToken cancellationToken)
    {
        using var stalled = new CancellationTokenSource(Stall, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            // The checksum is of the file as it stands on the server.
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            partial.AskForRest(request);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && partial.Length > 0)
            {
                if (response.Content.Headers.ContentRange?.Length == partial.Length) return true;
                partial.Restart();
                return false;
            }

            if (!response.IsSuccessStatusCode) throw HttpStatusException.Of(response, time);
            partial.Accept(response);
            if (partial.Total > _purpose.LargestBytes) throw TooLarge(url, partial);
            CheckSpace(partial);
            var body = await response.Content.ReadAsStreamAsync(linked.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                await CopyAsync(url, body, partial, stalled, linked.Token).ConfigureAwait(false);
            }

            return partial.Total is null || partial.Length == partial.Total;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no data for {Stall.TotalSeconds:0} s");
        }
    }

    private async Task CopyAsync(Uri url, Stream body, PartialDownload partial, CancellationTokenSource stalled, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 17];
        var reported = time.GetTimestamp();
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            stalled.CancelAfter(Stall);
            await partial.AppendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            Work.Downloaded(count);
            if (partial.Length > _purpose.LargestBytes) throw TooLarge(url, partial);

            if (time.GetElapsedTime(reported) < TimeSpan.FromSeconds(1)) continue;
            reported = time.GetTimestamp();
            progress($"downloading {Shown(url)}", partial.Total is { } total ? (double)partial.Length / total : null);
        }
    }

    private PlatformException TooLarge(Uri url, PartialDownload partial)
    {
        // Nobody will ever go on with it.
        partial.Delete();
        return new(
            FailureKind.Terminal, _purpose.Reason, $"{_purpose.UrlField}: {Shown(url)} is larger than {DiskSpace.Text(_purpose.LargestBytes!.Value)}", "take a smaller file: large ones belong on a volume");
    }

    private void CheckSpace(PartialDownload partial)
    {
        var folder = Path.GetDirectoryName(partial.Path)!;
        if (partial.Total - partial.Length is { } needed && DiskSpace.FreeBytes(folder) is { } free && free < needed)
        {
            throw DiskSpace.Full(folder, $"downloading {_purpose.What}", needed);
        }
    }

    private static TimeSpan Pause(int tries, TimeSpan? retryAfter)
    {
        if (retryAfter is { } asked) return asked < LongestPause ? asked : LongestPause;
        var seconds = Math.Min(30, Math.Pow(2, tries - 1));
        return TimeSpan.FromSeconds(seconds * (0.75 + (RandomNumberGenerator.GetInt32(500) / 1000.0)));
    }

    private PlatformException Unavailable(Uri url, string what, Exception inner) => new(
        inner is HttpStatusException { IsTransient: false } ? FailureKind.Terminal : FailureKind.Retryable, _purpose.Reason,
        $"cannot download {Shown(url)}: {what}", $"check {_purpose.UrlField}, and that the builder may reach it", inner);

    // A URL may carry credentials or a signature: they are not for logs.
    private static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
