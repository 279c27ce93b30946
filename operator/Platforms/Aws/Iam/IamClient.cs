using System.Net;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using ImageOperator.Platforms.Aws.Access;

namespace ImageOperator.Platforms.Aws.Iam;

/// <summary>Speaks IAM's query protocol, signed like all calls: a handful of calls, for which the SDK's package is not worth its size.</summary>
/// <param name="endpoint">Where IAM is.</param>
/// <param name="invoker">Makes the requests.</param>
/// <param name="credentials">Who calls.</param>
internal sealed class IamClient(IamEndpoint endpoint, HttpMessageInvoker invoker, Func<Task<ImmutableCredentials>> credentials) : IIam
{
    private const string Version = "2010-05-08";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    public async Task<XElement> CallAsync(string action, IReadOnlyDictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        var form = new Dictionary<string, string>(parameters) { ["Action"] = action, ["Version"] = Version };
        var body = System.Text.Encoding.UTF8.GetBytes(string.Join('&', form.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}")));
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded") { CharSet = "utf-8" };
        // The signature's time is the world's: AWS compares it with its own.
        var caller = await credentials().ConfigureAwait(false);
        var signature = RequestSignature.Sign("POST", endpoint.Address, body, "iam", endpoint.Region, caller, TimeProvider.System.GetUtcNow());
        foreach (var (name, value) in signature) request.Headers.TryAddWithoutValidation(name, value);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(CallTimeout);
        using var response = await invoker.SendAsync(request, timeout.Token).ConfigureAwait(false);
        var answer = Parse(await response.Content.ReadAsStringAsync(timeout.Token).ConfigureAwait(false));
        return response.IsSuccessStatusCode && answer is not null ? answer : throw Failed(action, response.StatusCode, answer);
    }

    private static AmazonServiceException Failed(string action, HttpStatusCode status, XElement? answer)
    {
        string? Text(string name) => answer?.Descendants().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
        var type = (int)status < 500 ? ErrorType.Sender : ErrorType.Receiver;
        return new(Text("Message") ?? $"{action} was answered with status {(int)status}", type, Text("Code"), Text("RequestId"), status);
    }

    private static XElement? Parse(string text)
    {
        try
        {
            return XElement.Parse(text);
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
