using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>A request to Compute Engine, taken apart and recognized.</summary>
internal sealed partial class GoogleRequest
{
    // As the API's description has them, most special first.
    private static readonly (string Method, string Verb, Regex Path)[] Routes =
    [
        Route("compute.images.getFromFamily", "GET", "projects/{project}/global/images/family/{name}"),
        Route("compute.images.deprecate", "POST", "projects/{project}/global/images/{name}/deprecate"),
        Route("compute.images.setLabels", "POST", "projects/{project}/global/images/{name}/setLabels"),
        Route("compute.images.getIamPolicy", "GET", "projects/{project}/global/images/{name}/getIamPolicy"),
        Route("compute.images.setIamPolicy", "POST", "projects/{project}/global/images/{name}/setIamPolicy"),
        Route("compute.images.get", "GET", "projects/{project}/global/images/{name}"),
        Route("compute.images.delete", "DELETE", "projects/{project}/global/images/{name}"),
        Route("compute.images.patch", "PATCH", "projects/{project}/global/images/{name}"),
        Route("compute.images.list", "GET", "projects/{project}/global/images"),
        Route("compute.images.insert", "POST", "projects/{project}/global/images"),
        Route("compute.globalOperations.get", "GET", "projects/{project}/global/operations/{name}"),
        Route("compute.instances.aggregatedList", "GET", "projects/{project}/aggregated/instances"),
        Route("compute.disks.aggregatedList", "GET", "projects/{project}/aggregated/disks"),
        Route("compute.instances.stop", "POST", "projects/{project}/zones/{zone}/instances/{name}/stop"),
        Route("compute.instances.attachDisk", "POST", "projects/{project}/zones/{zone}/instances/{name}/attachDisk"),
        Route("compute.instances.getSerialPortOutput", "GET", "projects/{project}/zones/{zone}/instances/{name}/serialPort"),
        Route("compute.instances.getGuestAttributes", "GET", "projects/{project}/zones/{zone}/instances/{name}/getGuestAttributes"),
        Route("compute.instances.get", "GET", "projects/{project}/zones/{zone}/instances/{name}"),
        Route("compute.instances.delete", "DELETE", "projects/{project}/zones/{zone}/instances/{name}"),
        Route("compute.instances.insert", "POST", "projects/{project}/zones/{zone}/instances"),
        Route("compute.disks.get", "GET", "projects/{project}/zones/{zone}/disks/{name}"),
        Route("compute.disks.delete", "DELETE", "projects/{project}/zones/{zone}/disks/{name}"),
        Route("compute.disks.insert", "POST", "projects/{project}/zones/{zone}/disks"),
        Route("compute.zoneOperations.get", "GET", "projects/{project}/zones/{zone}/operations/{name}"),
        Route("compute.projects.get", "GET", "projects/{project}"),
    ];

    private readonly System.Collections.Specialized.NameValueCollection _query;

    private GoogleRequest(string method, string verb, Match path, System.Collections.Specialized.NameValueCollection query, JsonObject? body, string? token)
    {
        (Method, Verb, _query, Body, Token) = (method, verb, query, body, token);
        PathValues = [.. path.Groups.Values.Where(g => !char.IsDigit(g.Name[0])).Select(g => (g.Name, g.Value))];
        (Project, Zone, Name) = (path.Groups["project"].Value, path.Groups["zone"].Value, path.Groups["name"].Value);
    }

    /// <summary>Its ID in the API's description: <c>compute.instances.insert</c>.</summary>
    public string Method { get; }

    public string Verb { get; }

    /// <summary>What the path has in the places of its parameters.</summary>
    public IReadOnlyList<(string Name, string Value)> PathValues { get; }

    /// <summary>The names of the query's parameters.</summary>
    public IEnumerable<string> Parameters => _query.AllKeys.OfType<string>();

    public string Project { get; }

    public string Zone { get; }

    public string Name { get; }

    public JsonObject? Body { get; }

    /// <summary>Who asks.</summary>
    public string? Token { get; }

    public string? this[string parameter] => _query[parameter];

    /// <summary>What the request speaks of.</summary>
    public string Link => Zone.Length > 0 ? $"projects/{Project}/zones/{Zone}/{Collection}/{NameOrBody}" : $"projects/{Project}/global/{Collection}/{NameOrBody}";

    private string Collection => Method.Split('.')[1];

    private string NameOrBody => Name.Length > 0 ? Name : (string?)Body?["name"] ?? "";

    /// <returns>Null if it is no method of Compute Engine that is known here.</returns>
    public static async Task<GoogleRequest?> ReadAsync(HttpRequestMessage message)
    {
        var path = message.RequestUri!.AbsolutePath;
        const string Root = "/compute/v1/";
        if (!path.StartsWith(Root, StringComparison.Ordinal)) return null;
        foreach (var route in Routes)
        {
            if (route.Verb != message.Method.Method || route.Path.Match(path[Root.Length..]) is not { Success: true } match) continue;
            var text = message.Content is null ? "" : await message.Content.ReadAsStringAsync();
            return new(route.Method, route.Verb, match, HttpUtility.ParseQueryString(message.RequestUri.Query), text.Length > 0 ? JsonNode.Parse(text)!.AsObject() : null, message.Headers.Authorization?.Parameter);
        }

        return null;
    }

    public static IEnumerable<string> Methods => Routes.Select(r => r.Method);

    private static (string, string, Regex) Route(string method, string verb, string path) =>
        (method, verb, new Regex("^" + Parameter().Replace(path, "(?<$1>[^/]+)") + "\\z"));

    [GeneratedRegex("\\{([a-z]+)\\}")]
    private static partial Regex Parameter();
}
