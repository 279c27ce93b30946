using System.Collections.Concurrent;
using System.Net;
using System.Xml.Linq;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>Asks moto what AWS was asked.</summary>
internal sealed class MotoClient(Moto moto)
{
    private readonly HttpClient _http = new();

    /// <summary>As whom moto is asked, where it looks at that: the builder's calls, and the cloud's own.</summary>
    public (MotoSigner Builder, MotoSigner Cloud)? Signers { get; set; }

    /// <summary>The builder's calls that moto itself has judged.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public async Task<AwsAnswer> SendAsync(AwsRequest request)
    {
        if (request.Action == "DeleteKeyPair" && request["KeyPairId"] is { } id) await NameKeyPairAsync(request, id);
        using var message = request.ToMoto(moto.Address);
        if (Signers is { } signers)
        {
            await (request.IsOfTheCloud ? signers.Cloud : signers.Builder).SignAsync(message, request.Region, request.Service);
            if (!request.IsOfTheCloud) Asked.Enqueue($"{request.Service}:{request.Action}");
        }

        using var response = await _http.SendAsync(message);
        var answer = new AwsAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.ToString() ?? "text/xml");
        // moto says it in IAM's form, whatever the service.
        return Signers is not null && answer.Body.Contains("AccessDenied", StringComparison.Ordinal)
            ? AwsAnswer.Error(request.Service, HttpStatusCode.Forbidden, request.Service == "ec2" ? "UnauthorizedOperation" : "AccessDeniedException", "You are not authorized to perform this operation.")
            : answer;
    }

    // moto deletes key pairs by name only.
    private async Task NameKeyPairAsync(AwsRequest request, string id)
    {
        var found = XElement.Parse((await SendAsync(request.Other("DescribeKeyPairs"))).Body).Named("item").FirstOrDefault(i => i.Text("keyPairId") == id);
        if (found is not null) request.Form.Add(new("KeyName", found.Text("keyName")!));
    }
}
