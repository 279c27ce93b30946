using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>Which permissions a request needs, by what it asks for: from the reference of each method, and not from the engine's own table.</summary>
internal static class GoogleRoles
{
    public static IReadOnlyList<string> Needed(GoogleRequest request) => request.Method switch
    {
        "compute.instances.insert" => [.. OfInstance(request.Body!)],
        "compute.images.insert" =>
        [
            "compute.images.create",
            .. request.Body!["labels"] is not null ? ["compute.images.setLabels"] : Array.Empty<string>(),
            .. request.Body["sourceDisk"] is not null ? ["compute.disks.useReadOnly"] : Array.Empty<string>(),
        ],
        "compute.disks.insert" =>
        [
            "compute.disks.create",
            .. request.Body!["labels"] is not null ? ["compute.disks.setLabels"] : Array.Empty<string>(),
            .. request.Body["sourceImage"] is not null ? ["compute.images.useReadOnly"] : Array.Empty<string>(),
        ],
        "compute.instances.attachDisk" => ["compute.instances.attachDisk", (string?)request.Body!["mode"] == "READ_ONLY" ? "compute.disks.useReadOnly" : "compute.disks.use"],
        "compute.images.patch" => ["compute.images.update"],
        _ when request.Method.EndsWith(".aggregatedList", StringComparison.Ordinal) => [request.Method.Replace("aggregatedList", "list", StringComparison.Ordinal)],
        _ => [request.Method],
    };

    private static IEnumerable<string> OfInstance(JsonObject body)
    {
        yield return "compute.instances.create";
        if (body["labels"] is not null) yield return "compute.instances.setLabels";
        if (body["metadata"] is not null) yield return "compute.instances.setMetadata";
        if (body["tags"] is not null) yield return "compute.instances.setTags";
        if (body["serviceAccounts"] is not null) yield return "compute.instances.setServiceAccount";
        foreach (var disk in body["disks"]!.AsArray().Where(d => d!["initializeParams"] is not null))
        {
            yield return "compute.disks.create";
            if (disk!["initializeParams"]!["labels"] is not null) yield return "compute.disks.setLabels";
            if (((string?)disk["initializeParams"]!["sourceImage"])?.Contains("debian-cloud", StringComparison.Ordinal) != true) yield return "compute.images.useReadOnly";
        }

        yield return "compute.subnetworks.use";
        if (body["networkInterfaces"]![0]!["accessConfigs"] is JsonArray { Count: > 0 }) yield return "compute.subnetworks.useExternalIp";
    }
}
