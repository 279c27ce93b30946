using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Resource groups.</summary>
internal sealed class GroupRules(ArmCloud cloud)
{
    public const string Type = "Microsoft.Resources/resourceGroups";

    /// <summary>As actions name it.</summary>
    public const string ActionType = "Microsoft.Resources/subscriptions/resourceGroups";

    public static string Location(string operation) => $"https://management.azure.com/subscriptions/{ArmCloud.Subscription}/operationresults/{operation}?api-version=2021-04-01";

    public ArmAnswer Answer(ArmRequest request, ArmFault? fault)
    {
        var id = $"/subscriptions/{request.Segments[1]}/resourceGroups/{request.Segments[3]}";
        var found = cloud.Find(id);
        switch (request.Method)
        {
            case "PUT":
                if (found?.State == "Deleting") return ArmAnswer.Error(409, "ResourceGroupBeingDeleted", $"The resource group '{found.Name}' is in deprovisioning state and cannot perform this operation.");
                var made = cloud.Add(id, Type, request.Body!);
                made.Body["properties"] = new JsonObject();
                (made.Known, made.Listed) = found is null ? (cloud.Now + cloud.Timings.Known, cloud.Now + cloud.Timings.Listed) : (found.Known, found.Listed);
                return new(found is null ? 201 : 200, made.Show());
            case "GET":
                return found is null ? Missing(request.Segments[3]) : new(200, found.Show());
            case "DELETE":
                if (found is null) return Missing(request.Segments[3]);
                if (found.Busy is { IsDone: false } under) return Accepted(under);
                found.State = "Deleting";
                foreach (var inside in cloud.Inside(found).Where(t => t.Type == ResourceRules.Machine)) inside.State = "Deleting";
                return Accepted(cloud.Begin(found, cloud.Timings.GroupRemoval, fault, async () =>
                {
                    foreach (var machine in cloud.Inside(found).Where(t => t.Type == ResourceRules.Disk))
                    {
                        if (cloud.Host is { } host) await host.StopAsync(machine.Name, ended: true);
                    }

                    cloud.Remove(found);
                }));
            default:
                return ArmAnswer.Error(405, "HttpMethodNotAllowed", request.Method);
        }
    }

    public static ArmAnswer Missing(string group) => ArmAnswer.Error(404, "ResourceGroupNotFound", $"Resource group '{group}' could not be found.");

    private static ArmAnswer Accepted(ArmOperationState operation) => new(202, null, ("Location", Location(operation.Id)), ("Retry-After", "15"));
}
