using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>What all kinds of resources have in common; what is each kind's own stands in its rules.</summary>
internal sealed class ResourceRules
{
    public const string Machine = "Microsoft.Compute/virtualMachines";
    public const string Disk = "Microsoft.Compute/disks";
    public const string Snapshot = "Microsoft.Compute/snapshots";
    public const string Image = "Microsoft.Compute/images";
    public const string Gallery = "Microsoft.Compute/galleries";
    public const string Definition = "Microsoft.Compute/galleries/images";
    public const string Version = "Microsoft.Compute/galleries/images/versions";
    public const string Interface = "Microsoft.Network/networkInterfaces";
    public const string Address = "Microsoft.Network/publicIPAddresses";
    public const string SecurityGroup = "Microsoft.Network/networkSecurityGroups";
    public const string Network = "Microsoft.Network/virtualNetworks";

    private readonly ArmCloud _cloud;
    private readonly MachineRules _machines;
    private readonly ImageRules _images;
    private readonly NetworkRules _networks;
    private readonly AccessRules _access;

    public ResourceRules(ArmCloud cloud) => (_cloud, _machines, _images, _networks, _access) = (cloud, new(cloud), new(cloud), new(cloud), new(cloud));

    public async Task<ArmAnswer> AnswerAsync(ArmRequest request, ArmFault? fault)
    {
        if (request.Segments.Length < 8) return ArmAnswer.Error(404, "InvalidResourceType", $"The resource type could not be found: {request.Path}");
        var id = request.Verb is null ? request.Path : request.Path[..request.Path.LastIndexOf('/')];
        id = $"/subscriptions/{request.Segments[1]}/resourceGroups/{request.Segments[3]}{id[(id.IndexOf("/providers/", StringComparison.OrdinalIgnoreCase))..]}";
        var group = _cloud.Find($"/subscriptions/{request.Segments[1]}/resourceGroups/{request.Segments[3]}");
        if (group is null || group.Known > _cloud.Now) return GroupRules.Missing(request.Segments[3]);
        if (request.Method == "GET" && request.Segments[^1] == "versions" && _cloud.Find(id[..id.LastIndexOf('/')]) is { } definition) return new(200, _images.Versions(definition));
        var found = _cloud.Find(id);
        return request.Method switch
        {
            "PUT" when group.State == "Deleting" => ArmAnswer.Error(409, "ResourceGroupBeingDeleted", $"The resource group '{group.Name}' is in deprovisioning state and cannot perform this operation."),
            "PUT" or "DELETE" when EntityTags.Refuse(request, found) is { } refused => refused,
            "PUT" => Put(request, id, found, fault),
            "GET" when found is null || found.Shown > _cloud.Now => ArmAnswer.Error(404, "ResourceNotFound", $"The Resource '{request.Type}/{request.Segments[^1]}' under resource group '{group.Name}' was not found."),
            "GET" => EntityTags.Show(request, found, new(200, Show(request, found))),
            "DELETE" => Delete(found, fault),
            "POST" when found is null => ArmAnswer.Error(404, "ResourceNotFound", $"The Resource '{id}' was not found."),
            "POST" when request.Verb is "beginGetAccess" or "endGetAccess" => _access.Post(request, found, fault),
            "POST" => _machines.Post(found, request.Verb, fault),
            _ => await Task.FromResult(ArmAnswer.Error(405, "HttpMethodNotAllowed", request.Method)),
        };
    }

    private JsonObject Show(ArmRequest request, ArmThing found)
    {
        var shown = found.Show();
        var expand = request.Query.GetValueOrDefault("$expand");
        if (found.Type == Machine && expand == "instanceView") shown["properties"]!["instanceView"] = MachineRules.View(found);
        if (found.Type == Version) ImageRules.Named(shown);
        if (found.Type == Version && expand == "ReplicationStatus") shown["properties"]!["replicationStatus"] = _images.Replication(found);
        return shown;
    }

    private ArmAnswer Put(ArmRequest request, string id, ArmThing? found, ArmFault? fault)
    {
        if (found is { Busy.IsDone: false } or { State: "Deleting" }) return ArmAnswer.Error(409, "Conflict", $"Another operation is in progress on {found.Name}.", ("Retry-After", "5"));
        var body = request.Body!.DeepClone().AsObject();
        if (body["location"] is null) return ArmAnswer.Error(400, "LocationRequired", "The location property is required for this definition.");
        if (Tags(body) is { } refused) return refused;
        var type = request.Type;
        var refusal = type switch
        {
            Machine => _machines.Refuse(body, found),
            Snapshot or Image or Definition or Version => _images.Refuse(type, id, body, found),
            Interface => _networks.Refuse(body),
            _ => null,
        };
        if (refusal is not null) return refusal;

        var thing = found ?? _cloud.Add(id, type, body);
        thing.Body = body;
        thing.State = found is null ? "Creating" : "Updating";
        if (found is null) (thing.Listed, thing.Shown) = (_cloud.Now + _cloud.Timings.Listed, _cloud.Now + _cloud.Timings.Shown);
        var (length, done) = type switch
        {
            Machine => _machines.Make(thing),
            Snapshot or Image or Definition or Version => _images.Make(thing),
            _ => _networks.Make(thing),
        };
        var operation = _cloud.Begin(thing, length, fault, async () =>
        {
            thing.State = fault?.OfOperation is null ? "Succeeded" : "Failed";
            if (fault?.OfOperation is null) await done();
        });
        // The disk provider says 202, with the resource; the others 201, or 200 for one that was there.
        var status = type == Snapshot ? 202 : found is null ? 201 : 200;
        return EntityTags.Show(request, thing, new(status, thing.Show(), ("Azure-AsyncOperation", Polling(type, body, operation)), ("Retry-After", "3")));
    }

    private ArmAnswer Delete(ArmThing? found, ArmFault? fault)
    {
        if (found is null) return new(204, null);
        var refusal = found.Type.StartsWith("Microsoft.Network", StringComparison.Ordinal) ? _networks.RefuseDelete(found) : _images.RefuseDelete(found);
        if (refusal is not null) return refusal;
        if (found.State != "Deleting")
        {
            found.State = "Deleting";
            _cloud.Begin(found, _cloud.Timings.Removal, fault, async () =>
            {
                if (fault?.OfOperation is not null)
                {
                    found.State = "Failed";
                    return;
                }

                if (found.Type == Machine) await _machines.EndAsync(found);
                if (found.Type == Version && _cloud.Find(found.Id[..found.Id.LastIndexOf("/versions/", StringComparison.OrdinalIgnoreCase)]) is { } definition) definition.Emptied = _cloud.Now + _cloud.Timings.Emptied;
                _cloud.Remove(found);
            });
        }

        return new(202, null, ("Azure-AsyncOperation", Polling(found.Type, found.Body, found.Busy!)), ("Retry-After", "4"));
    }

    /// <summary>Where an operation is asked for: disks and galleries have words of their own, and roles actions of their own for them.</summary>
    public static string Polling(string type, JsonObject body, ArmOperationState operation)
    {
        var word = type is Snapshot or Disk ? "DiskOperations" : type.StartsWith(Gallery, StringComparison.Ordinal) ? "capsOperations" : "operations";
        return $"https://management.azure.com/subscriptions/{ArmCloud.Subscription}/providers/{type.Split('/')[0]}/locations/{body["location"]}/{word}/{operation.Id}?api-version=2022-08-01";
    }

    private static ArmAnswer? Tags(JsonObject body)
    {
        var bad = (body["tags"] as JsonObject)?.Select(t => t.Key).FirstOrDefault(k => k.IndexOfAny(['<', '>', '%', '&', '\\', '?', '/']) >= 0);
        return bad is null ? null : ArmAnswer.Error(400, "InvalidTagNameCharacters", $"The following tag name is invalid: '{bad}'.");
    }
}
