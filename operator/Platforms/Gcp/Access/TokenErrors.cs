using System.Net;
using ImageOperator.Platforms.Gcp.Calls;

namespace ImageOperator.Platforms.Gcp.Access;

/// <summary>Tells why no token was given: the library keeps OAuth's words only, and IAM's are others.</summary>
internal sealed class TokenErrors(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        // The metadata server of a node that is not Google's answers so, too: that is the library's matter.
        if ((int)answer.StatusCode is < 400 or >= 500 || answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.NotFound) return answer;
        using (answer)
        {
            throw GcpException.Of(answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
        }
    }
}
