using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>How long things take in the cloud.</summary>
internal sealed record GoogleTimings
{
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>From the start until the guest agent has written the host keys.</summary>
    public TimeSpan Guest { get; init; } = TimeSpan.FromSeconds(12);

    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan Delete { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Image { get; init; } = TimeSpan.FromSeconds(50);

    /// <summary>How long an export's worker takes.</summary>
    public TimeSpan Export { get; init; } = TimeSpan.FromSeconds(40);

    public TimeSpan Change { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after its creation a thing is not found.</summary>
    public TimeSpan Visible { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For how long a request's ID is known.</summary>
    public TimeSpan Requests { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long after its begin an operation is not found.</summary>
    public TimeSpan OperationVisible { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long after its creation a thing is in no list.</summary>
    public TimeSpan Listed { get; init; } = TimeSpan.FromSeconds(4);
}

/// <summary>A thing in the cloud.</summary>
internal sealed class GoogleResource
{
    public required string Link { get; init; }

    public required JsonObject Body { get; init; }

    public DateTimeOffset VisibleAt { get; init; }

    public DateTimeOffset ListedAt { get; init; }

    /// <summary>An operation changes it: no other one may.</summary>
    public bool Busy { get; set; }

    public bool Deleting { get; set; }

    /// <summary>A disk whose guest was cut short, or an image of one.</summary>
    public bool Torn { get; set; }

    /// <summary>What the guest has written: namespace/key to value.</summary>
    public ConcurrentDictionary<string, string> GuestAttributes { get; } = [];

    public JsonObject? Policy { get; set; }

    public string? Status
    {
        get => (string?)Body["status"];
        set => Body["status"] = value;
    }

    public string? Label(string key) => (string?)Body["labels"]?[key];
}

/// <summary>What there is in the cloud, and what will happen.</summary>
internal sealed partial class GoogleState(TimeProvider firstTime)
{
    public const string Root = "https://www.googleapis.com/compute/v1/";

    private readonly List<(DateTimeOffset At, int Order, Func<Task> Run)> _events = [];
    private readonly Dictionary<string, JsonObject> _operations = [];
    private readonly Dictionary<string, DateTimeOffset> _operationsVisible = [];
    private readonly Dictionary<string, (string Operation, string Body, DateTimeOffset At)> _requests = [];
    private int _number;

    public TimeProvider Time { get; set; } = firstTime;

    public GoogleTimings Timings { get; set; } = new();

    public Dictionary<string, GoogleResource> Resources { get; } = [];

    /// <summary>What runs in the instances; nothing if null.</summary>
    public IInstanceHost? Host { get; set; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public int NextNumber() => ++_number;

    /// <summary>Lets happen what should have by now.</summary>
    public async Task CatchUpAsync()
    {
        while (_events.Where(e => e.At <= Now).OrderBy(e => e.At).ThenBy(e => e.Order).Cast<(DateTimeOffset, int, Func<Task>)?>().FirstOrDefault() is { } next)
        {
            _events.Remove(next);
            await next.Item3();
        }
    }

    /// <summary>Lets all happen that is under way.</summary>
    public async Task SettleAsync()
    {
        foreach (var (_, _, run) in _events.OrderBy(e => e.At).ThenBy(e => e.Order).ToList()) await run();
        _events.Clear();
        _operations.Clear();
        _operationsVisible.Clear();
        _requests.Clear();
    }

    public void After(TimeSpan time, Action run) => After(time, () =>
    {
        run();
        return Task.CompletedTask;
    });

    public void After(TimeSpan time, Func<Task> run) => _events.Add((Now + time, NextNumber(), run));

    public GoogleResource Add(string link, JsonObject body)
    {
        body["selfLink"] = Root + link;
        body["id"] = (4_000_000_000_000_000_000 + NextNumber()).ToString(CultureInfo.InvariantCulture);
        body["creationTimestamp"] = Timestamp(Now);
        body["labelFingerprint"] = Fingerprint(body["labels"]);
        return Resources[link] = new() { Link = link, Body = body, VisibleAt = Now + Timings.Visible, ListedAt = Now + Timings.Listed };
    }

    /// <summary>What a reader finds.</summary>
    public GoogleResource? Find(string link) => Resources.GetValueOrDefault(link) is { } found && found.VisibleAt <= Now ? found : null;

    /// <summary>The image that a link or a family's link stands for.</summary>
    public GoogleResource? FindImage(string link) => link.Split('/') is [.., "family", var family]
        ? List(link.Split('/')[1], "images", $"family = \"{family}\"").Where(i => i.Status == "READY" && (string?)i.Body["deprecated"]?["state"] is null or "ACTIVE").OrderBy(i => (string)i.Body["id"]!, StringComparer.Ordinal).LastOrDefault()
        : Find(link);

    public IEnumerable<GoogleResource> List(string project, string collection, string? filter) => Resources.Values.Where(r =>
        r.Link.StartsWith($"projects/{project}/", StringComparison.Ordinal) && r.Link.Split('/')[^2] == collection && r.ListedAt <= Now && Matches(r.Body, filter)).ToList();

    /// <summary>The operation of an earlier request with the same ID.</summary>
    public GoogleAnswer? Repeated(GoogleRequest request)
    {
        if (request["requestId"] is not { } id || !_requests.TryGetValue($"{id} {request.Method} {request.Link}", out var first)) return null;
        // Nobody promises that they are known for ever.
        if (Now - first.At > Timings.Requests) return null;
        return first.Body == (request.Body?.ToJsonString() ?? "") ? GoogleAnswer.Ok(_operations[first.Operation]) : GoogleAnswer.Invalid("requestId", $"'{id}' was that of another request.");
    }

    /// <summary>Begins an operation, which ends after a time.</summary>
    /// <param name="request">The request.</param>
    /// <param name="time">How long it takes.</param>
    /// <param name="end">What it has done then; an error if it could not.</param>
    public JsonObject Begin(GoogleRequest request, TimeSpan time, Func<Task<(int Status, string Code, string Message)?>> end)
    {
        var scope = request.Zone.Length > 0 ? $"zones/{request.Zone}" : "global";
        var name = $"operation-{NextNumber()}";
        var operation = new JsonObject
        {
            ["kind"] = "compute#operation",
            ["name"] = name,
            ["operationType"] = request.Method.Split('.')[^1],
            ["targetLink"] = Root + request.Link,
            ["status"] = "RUNNING",
            ["progress"] = 0,
            ["insertTime"] = Timestamp(Now),
            ["selfLink"] = $"{Root}projects/{request.Project}/{scope}/operations/{name}",
        };
        if (request.Zone.Length > 0) operation["zone"] = $"{Root}projects/{request.Project}/zones/{request.Zone}";
        if (request["requestId"] is { } id)
        {
            operation["clientOperationId"] = id;
            _requests[$"{id} {request.Method} {request.Link}"] = (name, request.Body?.ToJsonString() ?? "", Now);
        }

        _operations[name] = operation;
        _operationsVisible[name] = Now + Timings.OperationVisible;
        After(time, async () =>
        {
            var error = await end();
            operation["status"] = "DONE";
            operation["progress"] = 100;
            operation["endTime"] = Timestamp(Now);
            if (error is not var (status, code, message)) return;
            operation["httpErrorStatusCode"] = status;
            operation["httpErrorMessage"] = code;
            operation["error"] = new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = code, ["message"] = message }) };
        });
        return operation;
    }

    /// <summary>What a reader finds.</summary>
    public JsonObject? Operation(string name) => _operationsVisible.TryGetValue(name, out var at) && at <= Now ? _operations[name] : null;

    /// <summary>As Google writes it: in the time of its seat, -07:00 or -08:00.</summary>
    public static string Timestamp(DateTimeOffset time) => time.ToOffset(TimeSpan.FromHours(time.Month is >= 4 and <= 10 ? -7 : -8)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);

    public static string Fingerprint(JsonNode? content) => Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content?.ToJsonString() ?? "")))[..12];

    /// <summary>As much of the filter language as builds use: fields that equal texts, all of which must hold.</summary>
    private static bool Matches(JsonObject body, string? filter) => filter is null || Term().Matches(filter).All(t =>
    {
        JsonNode? value = body;
        foreach (var part in t.Groups[1].Value.Split('.')) value = value?[part];
        return (string?)value == t.Groups[2].Value;
    });

    [GeneratedRegex("([A-Za-z0-9._-]+) = \"([^\"]*)\"")]
    private static partial Regex Term();
}
