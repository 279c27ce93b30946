using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Which kinds of resources have entity tags, and heed the conditions that name them: networks all, machines in newer versions of their API. The others say and heed nothing.</summary>
internal static class EntityTags
{
    private const string MachinesFrom = "2024-03-01";

    /// <summary>Shows a resource's tag where its kind has one.</summary>
    public static ArmAnswer Show(ArmRequest request, ArmThing thing, ArmAnswer answer)
    {
        if (!Has(request) || answer.Body is not JsonObject body) return answer;
        body["etag"] = thing.EntityTag;
        return answer with { Headers = [.. answer.Headers, ("ETag", thing.EntityTag)] };
    }

    /// <returns>Null if the conditions are met.</returns>
    public static ArmAnswer? Refuse(ArmRequest request, ArmThing? found)
    {
        if (!Has(request)) return null;
        if (request is { IfMatch: { } wanted, IfMatch: not "*" } && found?.EntityTag != wanted) return Failed($"Etag provided in if-match header {wanted} does not match etag {found?.EntityTag} of resource {request.Path}.");
        return request is { IfNoneMatch: "*", Type: ResourceRules.Machine } && found is not null ? Failed($"The resource {request.Path} exists.") : null;
    }

    private static ArmAnswer Failed(string why) => new(412, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = "PreconditionFailed",
            ["message"] = "Precondition failed.",
            ["details"] = new JsonArray(new JsonObject { ["code"] = "PreconditionFailedEtagMismatch", ["message"] = why }),
        },
    });

    private static bool Has(ArmRequest request) => request.Type.StartsWith("Microsoft.Network/", StringComparison.Ordinal)
        || (request.Type == ResourceRules.Machine && string.CompareOrdinal(request.Query["api-version"], MachinesFrom) >= 0);
}
