using System.Net;
using System.Text;
using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;
using ImageOperator.Downloads;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Workspaces.Lookups;

/// <summary>Look-ups by HTTP. What the server says is bounded, and tried three times.</summary>
public sealed class HttpLookups(TimeProvider time) : ILookups
{
    private const int Tries = 3;
    private const int LongestAnswer = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<JsonElement> FindAsync(Lookup lookup, CancellationToken cancellationToken)
    {
        var url = lookup.Http?.Url ?? lookup.Checksum!.Url;
        var text = await GetAsync(lookup, url, cancellationToken).ConfigureAwait(false);
        try
        {
            if (lookup.Checksum is { } checksum) return JsonSerializer.SerializeToElement(ChecksumList.Find(text, checksum.File));
            return lookup.Http!.Format switch
            {
                LookupFormat.Json => JsonElement.Parse(text),
                LookupFormat.Yaml => LookupSelection.ReadYaml(text),
                _ => JsonSerializer.SerializeToElement(text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text),
            };
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            // A message about JSON repeats no value; of an answer nobody knows what it is.
            throw Failed(lookup, $"what {url} answers {(e is FormatException ? e.Message : "is not JSON")}", FailureKind.Terminal, e);
        }
    }

    private async Task<string> GetAsync(Lookup lookup, string url, CancellationToken cancellationToken)
    {
        using var handler = WebClients.CreateHandler(authority: null);
        // A header with a token in it goes to whom it is for, and to nobody that they name.
        handler.AllowAutoRedirect = lookup.Http?.Headers.Count is null or 0;
        handler.AutomaticDecompression = DecompressionMethods.All;
        using var http = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestAnswer };
        for (var tried = 1; ; tried++)
        {
            using var limit = new CancellationTokenSource(lookup.Timeout.Value, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            string message;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                request.Headers.UserAgent.ParseAdd("image-operator");
                foreach (var (name, value) in lookup.Http?.Headers ?? new Dictionary<string, string>()) request.Headers.TryAddWithoutValidation(name, value);
                using var answer = await http.SendAsync(request, linked.Token).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode) return Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(linked.Token).ConfigureAwait(false));
                message = $"{url} answers {(int)answer.StatusCode} {answer.ReasonPhrase}";
                if (answer.StatusCode < HttpStatusCode.InternalServerError && answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout)) throw Failed(lookup, message, FailureKind.Terminal);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
            {
                throw Failed(lookup, $"{url} answers more than {LongestAnswer} bytes", FailureKind.Terminal, e);
            }
            catch (HttpRequestException e)
            {
                message = $"{url}: {e.Message}";
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                message = $"{url} did not answer within {lookup.Timeout}";
            }

            if (tried == Tries) throw Failed(lookup, $"{message} ({Tries} tries)", FailureKind.Retryable);
            await Task.Delay(Pause * tried, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static PlatformException Failed(Lookup lookup, string message, FailureKind kind, Exception? inner = null) =>
        new(kind, Reasons.LookupFailed, $"lookups[{lookup.Name}]: {message}", "check the URL, and that the builder may reach it", inner);
}
