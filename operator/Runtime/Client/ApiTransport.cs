using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Text.Json;
using k8s;
using k8s.Exceptions;
using k8s.Models;

namespace ImageOperator.Runtime.Client;

/// <summary>Sends requests with KubernetesClient's handler and credentials, and bounds them in time.</summary>
internal sealed class ApiTransport(Kubernetes kubernetes, TimeSpan requestTimeout, RuntimeMetrics metrics, TimeProvider time)
{
    public async Task<T> SendAsync<T>(ApiCall call, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(requestTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var response = await StartAsync(call, linked.Token).ConfigureAwait(false);
            using var stream = await response.Content.ReadAsStreamAsync(linked.Token).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync<T>(stream, RuntimeJson.Options, linked.Token).ConfigureAwait(false)
                ?? throw new JsonException("an empty answer");
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ApiErrors.TimedOut(call, requestTimeout);
        }
        catch (Exception e) when (IsTransport(e, cancellationToken))
        {
            throw ApiErrors.Transient(call, e);
        }
    }

    /// <summary>The answer's lines as they come. Silence for longer than the deadline is a transient failure.</summary>
    public async IAsyncEnumerable<string> LinesAsync(ApiCall call, TimeSpan? idleTimeout, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var patience = idleTimeout ?? Timeout.InfiniteTimeSpan;
        using var idle = new CancellationTokenSource(patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, idle.Token);
        using var response = await GuardAsync(() => StartAsync(call, linked.Token)).ConfigureAwait(false);
        using var reader = new StreamReader(await GuardAsync(() => response.Content.ReadAsStreamAsync(linked.Token)).ConfigureAwait(false));
        while (await GuardAsync(() => reader.ReadLineAsync(linked.Token).AsTask()).ConfigureAwait(false) is { } line)
        {
            // What the consumer does with the line is not the server's silence.
            idle.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return line;
            idle.CancelAfter(patience);
        }

        async Task<TResult> GuardAsync<TResult>(Func<Task<TResult>> step)
        {
            try
            {
                return await step().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (idle.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw ApiErrors.TimedOut(call, patience);
            }
            catch (Exception e) when (IsTransport(e, cancellationToken))
            {
                throw ApiErrors.Transient(call, e);
            }
        }
    }

    private async Task<HttpResponseMessage> StartAsync(ApiCall call, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(kubernetes.BaseUri, call.Path)) { Content = call.Body };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (kubernetes.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var response = await AnswerAsync(call, request, cancellationToken).ConfigureAwait(false);
        if (time is ServerClock clock && response.Headers.Date is { } said)
        {
            clock.Observe(said);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            var wait = response.Headers.RetryAfter;
            var retryAfter = wait?.Delta ?? (wait?.Date is { } date ? date - time.GetUtcNow() : null);
            throw ApiErrors.FromStatus(call, (int)response.StatusCode, ReadStatus(body), retryAfter, body.Length > 512 ? body[..512] : body);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(ApiCall call, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var activity = RuntimeActivity.StartCall(call);
        var started = time.GetTimestamp();
        var code = 0;
        try
        {
            var response = await kubernetes.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            code = (int)response.StatusCode;
            return response;
        }
        finally
        {
            RuntimeActivity.EndCall(activity, code);
            metrics.CountCall(call, code, time.GetElapsedTime(started));
        }
    }

    private static V1Status? ReadStatus(string body)
    {
        try
        {
            // Proxies and the aggregation layer answer in plain text.
            return body.StartsWith('{') ? JsonSerializer.Deserialize<V1Status>(body, RuntimeJson.Options) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsTransport(Exception e, CancellationToken caller) =>
        e is HttpRequestException or IOException or JsonException or AuthenticationException or KubernetesClientException or ObjectDisposedException
        || (e is OperationCanceledException && !caller.IsCancellationRequested);
}
