using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>An answer of an API of Google's.</summary>
internal sealed record GoogleAnswer(HttpStatusCode Status, JsonNode Body)
{
    public bool Succeeded => (int)Status < 300;

    public static GoogleAnswer Ok(JsonNode body) => new(HttpStatusCode.OK, body.DeepClone());

    /// <summary>An error as the APIs write it: the code twice, the message twice, and the reason.</summary>
    public static GoogleAnswer Error(HttpStatusCode status, string reason, string message) => new(status, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = (int)status,
            ["message"] = message,
            ["errors"] = new JsonArray(new JsonObject { ["message"] = message, ["domain"] = "global", ["reason"] = reason }),
        },
    });

    public static GoogleAnswer NotFound(string link) => Error(HttpStatusCode.NotFound, "notFound", $"The resource '{link}' was not found");

    public static GoogleAnswer Taken(string link) => Error(HttpStatusCode.Conflict, "alreadyExists", $"The resource '{link}' already exists");

    public static GoogleAnswer Invalid(string field, string why) => Error(HttpStatusCode.BadRequest, "invalid", $"Invalid value for field '{field}': {why}");

    public static GoogleAnswer NotReady(string link) => Error(HttpStatusCode.BadRequest, "resourceNotReady", $"The resource '{link}' is not ready");

    public static GoogleAnswer InUse(string link, string by) =>
        Error(HttpStatusCode.BadRequest, "resourceInUseByAnotherResource", $"The resource '{link}' is already being used by '{by}'");

    public HttpResponseMessage ToResponse() => new(Status) { Content = new StringContent(Body.ToJsonString(), Encoding.UTF8, "application/json") };
}
