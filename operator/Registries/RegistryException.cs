using System.Net;

namespace ImageOperator.Registries;

/// <summary>A registry has answered with an error.</summary>
/// <param name="message">What it says.</param>
/// <param name="status">With which status.</param>
public sealed class RegistryException(string message, HttpStatusCode status) : Exception(message)
{
    private const int LongestWord = 500;

    /// <summary>Its status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The same call may succeed later.</summary>
    public bool IsTransient => Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)Status >= 500;

    /// <summary>The credentials are refused, or missing.</summary>
    public bool IsRefused => Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;

    /// <summary>What an answer says of a thing.</summary>
    public static async Task<RegistryException> OfAsync(HttpResponseMessage response, string what, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        var text = "";
        try
        {
            var buffer = new byte[4 * LongestWord];
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var count = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                text = new([.. System.Text.Encoding.UTF8.GetString(buffer, 0, count).Select(c => char.IsControl(c) ? ' ' : c).Take(LongestWord)]);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The status says enough.
        }

        return new($"{what}: the registry says {(int)response.StatusCode} {response.ReasonPhrase} {text}".Trim(), response.StatusCode);
    }
}
