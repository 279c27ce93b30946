using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>An answer of the resource manager.</summary>
internal sealed record ArmAnswer(int Status, JsonNode? Body, params (string Name, string Value)[] Headers)
{
    public static ArmAnswer Error(int status, string code, string message, params (string Name, string Value)[] headers) =>
        new(status, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } }, headers);

    public HttpResponseMessage ToResponse(HttpRequestMessage request)
    {
        var response = new HttpResponseMessage((HttpStatusCode)Status)
        {
            RequestMessage = request,
            Content = Body is null ? new ByteArrayContent([]) : new StringContent(Body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in Headers) response.Headers.TryAddWithoutValidation(name, value);
        response.Headers.TryAddWithoutValidation("x-ms-request-id", Guid.NewGuid().ToString());
        return response;
    }
}
