using System.Xml.Linq;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>Asks moto what AWS was asked.</summary>
internal sealed class MotoClient(Moto moto)
{
    private readonly HttpClient _http = new();

    public async Task<AwsAnswer> SendAsync(AwsRequest request)
    {
        if (request.Action == "DeleteKeyPair" && request["KeyPairId"] is { } id) await NameKeyPairAsync(request, id);
        using var message = request.ToMoto(moto.Address);
        using var response = await _http.SendAsync(message);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.ToString() ?? "text/xml");
    }

    // moto deletes key pairs by name only.
    private async Task NameKeyPairAsync(AwsRequest request, string id)
    {
        var found = XElement.Parse((await SendAsync(request.Other("DescribeKeyPairs"))).Body).Named("item").FirstOrDefault(i => i.Text("keyPairId") == id);
        if (found is not null) request.Form.Add(new("KeyName", found.Text("keyName")!));
    }
}
