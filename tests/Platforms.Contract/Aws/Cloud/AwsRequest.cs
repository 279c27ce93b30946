using System.Net;
using System.Text.RegularExpressions;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>A request of the SDK, taken apart.</summary>
internal sealed partial class AwsRequest
{
    private readonly Dictionary<string, string> _headers;

    private AwsRequest(Dictionary<string, string> headers, string body, string service, string region, string action, List<KeyValuePair<string, string>> form)
    {
        (_headers, Body, Service, Region, Action, Form) = (headers, body, service, region, action, form);
    }

    public string Service { get; }

    public string Region { get; }

    public string Action { get; }

    public string Body { get; }

    /// <summary>Who signed; empty where nobody did.</summary>
    public string AccessKey => Signer().Match(_headers.GetValueOrDefault("Authorization", "")).Groups[1].Value;

    /// <summary>The cloud's own call: no SDK made it.</summary>
    public bool IsOfTheCloud { get; private init; }

    /// <summary>The parameters of EC2's calls, in order.</summary>
    public List<KeyValuePair<string, string>> Form { get; }

    /// <summary>The parameters as the SDK sent them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Sent => Parse(Body);

    public string? this[string name] => Form.Find(p => p.Key == name).Value;

    /// <summary>The values of a list: <c>InstanceId.1</c>, <c>InstanceId.2</c>.</summary>
    public IReadOnlyList<string> List(string prefix) => [.. Form.Where(p => p.Key.StartsWith(prefix + ".", StringComparison.Ordinal)).Select(p => p.Value)];

    public static async Task<AwsRequest> ReadAsync(HttpRequestMessage request)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync();
        var headers = request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? []).ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        var scope = Scope().Match(headers.GetValueOrDefault("Authorization", ""));
        var form = body.Contains("Action=", StringComparison.Ordinal) ? Parse(body) : [];
        var action = form.Find(p => p.Key == "Action").Value ?? headers.GetValueOrDefault("X-Amz-Target", "?").Split('.')[^1];
        return new(headers, body, scope.Groups[2].Value, scope.Groups[1].Value, action, form);
    }

    /// <summary>The request for moto, with the parameters as they are by now.</summary>
    public HttpRequestMessage ToMoto(Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address);
        var body = Form.Count > 0 ? string.Join('&', Form.Select(p => $"{Encode(p.Key)}={Encode(p.Value)}")) : Body;
        request.Content = new StringContent(body);
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", _headers.GetValueOrDefault("Content-Type"));
        foreach (var name in new[] { "Authorization", "X-Amz-Target", "X-Amz-Date" })
        {
            if (_headers.TryGetValue(name, out var value)) request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>Another call by the same caller in the same region.</summary>
    public AwsRequest Other(string action, params (string Name, string Value)[] parameters) => new(
        _headers, "", Service, Region, action,
        [new("Action", action), new("Version", "2016-11-15"), .. parameters.Select(p => new KeyValuePair<string, string>(p.Name, p.Value))])
    { IsOfTheCloud = true };

    /// <summary>Takes the tag specifications of a type of resource out.</summary>
    public IReadOnlyList<(string Key, string Value)> TakeTags(string type)
    {
        var taken = new List<(string, string)>();
        foreach (var number in Form.Where(p => p.Key.StartsWith("TagSpecification.", StringComparison.Ordinal) && p.Key.EndsWith(".ResourceType", StringComparison.Ordinal) && p.Value == type)
                     .Select(p => p.Key.Split('.')[1]).ToList())
        {
            var prefix = $"TagSpecification.{number}.";
            for (var i = 1; this[$"{prefix}Tag.{i}.Key"] is { } key; i++) taken.Add((key, this[$"{prefix}Tag.{i}.Value"] ?? ""));
            Form.RemoveAll(p => p.Key.StartsWith(prefix, StringComparison.Ordinal));
        }

        return taken;
    }

    /// <summary>As Python does it: moto writes the body anew to check its signature.</summary>
    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    private static List<KeyValuePair<string, string>> Parse(string body) =>
        [.. body.Split('&').Select(p => p.Split('=', 2)).Select(p => new KeyValuePair<string, string>(WebUtility.UrlDecode(p[0]), p.Length > 1 ? WebUtility.UrlDecode(p[1]) : ""))];

    [GeneratedRegex("Credential=([^/]+)/")]
    private static partial Regex Signer();

    [GeneratedRegex("Credential=[^/]+/[0-9]+/([^/]+)/([^/]+)/")]
    private static partial Regex Scope();
}
