using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>
/// Azure's resource manager, as far as builds use it: its rules stand, with their sources, in docs/platforms/azure-double.md. State is in memory, time
/// is the test's.
/// </summary>
internal sealed class ArmCloud
{
    public const string Subscription = "00000000-1111-2222-3333-444444444444";
    public const string OtherSubscription = "55555555-6666-7777-8888-999999999999";
    public const string Tenant = "99999999-8888-7777-6666-555555555555";

    private readonly SemaphoreSlim _one = new(1);
    private readonly ConcurrentDictionary<string, ArmThing> _things = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ArmOperationState> _operations = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ResourceRules _rules;
    private int _numbers;

    public ArmCloud(TimeProvider time)
    {
        Time = time;
        Tokens = new TokenEndpoint(TimeProvider.System);
        _rules = new ResourceRules(this);
    }

    public TimeProvider Time { get; }

    /// <summary>Where tokens come from. Their lives are counted by the SDK's clock, which is no test's.</summary>
    public TokenEndpoint Tokens { get; }

    public IEnumerable<IReadOnlyDictionary<string, string>> TokenRequests => Tokens.Requests;

    public ArmTimings Timings { get; set; } = new();

    /// <summary>The images of the Marketplace.</summary>
    public MarketplaceImages Marketplace { get; } = new();

    /// <summary>Where blobs are: all accounts.</summary>
    public const string BlobHost = ".blob.example";

    /// <summary>The entity tags of blobs, by their addresses; null where the caller may not read one.</summary>
    public Dictionary<string, string?> Blobs { get; } = [];

    /// <summary>What runs in the machines; nothing if null.</summary>
    public IMachineHost? Host { get; set; }

    /// <summary>The public address of the n-th machine.</summary>
    public Func<int, string> Addresses { get; set; } = n => $"203.0.113.{n % 250}";

    public IReadOnlyList<ArmFault> Faults { get; set; } = [];

    /// <summary>Every action, in order.</summary>
    public ConcurrentQueue<string> Actions { get; } = new();

    public ConcurrentQueue<ArmRequest> Requests { get; } = new();

    /// <summary>The codes of all errors.</summary>
    public ConcurrentQueue<string> Answers { get; } = new();

    /// <summary>How many machines to be provisioned were ever made.</summary>
    public int BuildMachines { get; set; }

    public DateTimeOffset Now => Time.GetUtcNow();

    public IEnumerable<ArmThing> Things => _things.Values;

    public ArmThing? Find(string? id) => id is not null && _things.TryGetValue(id, out var found) ? found : null;

    public int NextNumber() => Interlocked.Increment(ref _numbers);

    /// <summary>Begins anew: counts begin at none, nothing is under way.</summary>
    public void Settle()
    {
        _counts.Clear();
        Actions.Clear();
        Requests.Clear();
        Answers.Clear();
        Faults = [];
        BuildMachines = 0;
    }

    /// <summary>Everything that there is, one line each, however far it is.</summary>
    public async Task<IReadOnlyList<string>> ListAsync()
    {
        await _one.WaitAsync();
        try
        {
            await AdvanceAsync();
            return [.. _things.Values.Select(t => $"{t.Type} {t.Id[(t.Id.IndexOf("roups/", StringComparison.Ordinal) + 6)..]}").Order(StringComparer.Ordinal)];
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Puts something there, as its owner would.</summary>
    public ArmThing Add(string id, string type, JsonObject body) => _things[id] = new(id, type, body);

    public void Remove(ArmThing thing)
    {
        _things.TryRemove(thing.Id, out _);
        foreach (var inside in Inside(thing)) _things.TryRemove(inside.Id, out _);
    }

    public IEnumerable<ArmThing> Inside(ArmThing thing) => _things.Values.Where(t => t.Id.StartsWith(thing.Id + "/", StringComparison.OrdinalIgnoreCase));

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message)
    {
        if (TokenEndpoint.IsFor(message)) return (await Tokens.AnswerAsync(message)).ToResponse(message);
        if (message.RequestUri!.Host == MachineRules.ConsoleHost) return new(System.Net.HttpStatusCode.OK) { Content = new StringContent("booting\nlogin:\n") };
        if (message.RequestUri.Host.EndsWith(BlobHost, StringComparison.Ordinal)) return Blob(message);
        var request = await ArmRequest.ReadAsync(message);
        Actions.Enqueue(request.Action);
        Requests.Enqueue(request);
        var number = _counts.AddOrUpdate(request.Action, 1, (_, n) => n + 1);
        var fault = Faults.FirstOrDefault(f => f.Hits(request.Action, number));
        if (fault?.Kind == ArmFaultKind.NoConnection) throw new HttpRequestException("connection refused (injected)");
        if (fault?.Answer is { } error) return error.ToResponse(message);
        await _one.WaitAsync();
        ArmAnswer answer;
        try
        {
            await AdvanceAsync();
            answer = await AnswerAsync(request, fault);
        }
        finally
        {
            _one.Release();
        }

        if ((answer.Body as JsonObject)?["error"]?["code"]?.GetValue<string>() is { } code) Answers.Enqueue(code);
        if (fault?.Kind == ArmFaultKind.LostAnswer) throw new HttpRequestException("the connection broke (injected)");
        return answer.ToResponse(message);
    }

    private HttpResponseMessage Blob(HttpRequestMessage message)
    {
        if (message.Headers.Authorization?.Scheme != "Bearer" || !message.Headers.Contains("x-ms-version")) return Said(401, "NoAuthenticationInformation");
        if (!Blobs.TryGetValue(message.RequestUri!.AbsoluteUri, out var tag)) return Said(404, "BlobNotFound");
        if (tag is null) return Said(403, "AuthorizationPermissionMismatch");
        var found = new HttpResponseMessage(System.Net.HttpStatusCode.OK) { RequestMessage = message };
        found.Headers.ETag = new($"\"{tag}\"");
        return found;

        // A HEAD's answer has no body.
        HttpResponseMessage Said(int status, string code)
        {
            var answer = new HttpResponseMessage((System.Net.HttpStatusCode)status) { RequestMessage = message };
            answer.Headers.Add("x-ms-error-code", code);
            return answer;
        }
    }

    /// <summary>Begins an operation.</summary>
    /// <param name="thing">What it is about.</param>
    /// <param name="length">How long it takes.</param>
    /// <param name="fault">What goes wrong with it.</param>
    /// <param name="done">What it does in the end.</param>
    public ArmOperationState Begin(ArmThing thing, TimeSpan length, ArmFault? fault, Func<Task> done)
    {
        fault?.Begin();
        var operation = new ArmOperationState(Guid.NewGuid().ToString(), Now, Now + length, done, fault?.OfOperation);
        thing.Busy = operation;
        _operations[operation.Id] = operation;
        return operation;
    }

    /// <summary>Ends what is due.</summary>
    private async Task AdvanceAsync()
    {
        while (_operations.Values.Where(o => !o.IsDone && o.End <= Now).MinBy(o => o.End) is { } due)
        {
            due.IsDone = true;
            await due.Done();
        }
    }

    private async Task<ArmAnswer> AnswerAsync(ArmRequest request, ArmFault? fault)
    {
        if (!request.Query.ContainsKey("api-version") && !request.Query.ContainsKey("t")) return ArmAnswer.Error(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.");
        if (request.Query.ContainsKey("api-version") && ApiVersions.Refuse(request) is { } refused) return refused;
        if (request.Segments.Length < 2 || request.Segments[1] is not (Subscription or OtherSubscription))
        {
            return ArmAnswer.Error(404, "SubscriptionNotFound", $"The subscription '{request.Segments.ElementAtOrDefault(1)}' could not be found.");
        }

        if (request.Segments.Length == 2)
        {
            return new(200, new JsonObject { ["id"] = request.Path, ["subscriptionId"] = Subscription, ["displayName"] = "Images", ["state"] = "Enabled", ["tenantId"] = Tenant, ["authorizationSource"] = "RoleBased" });
        }

        var (kind, last) = (request.Type.Split('/')[^1], request.Segments[^1]);
        return kind switch
        {
            "operations" or "diskOperations" or "capsOperations" => Operation(last),
            "operationresults" => OperationResult(last),
            "versions" when request.Type.Contains("/publishers/", StringComparison.Ordinal) => Marketplace.Answer(request),
            "tags" => Tag(request),
            "resources" => List(request, t => t.Type != GroupRules.Type),
            "resourceGroups" when request.Segments.Length == 3 => List(request, t => t.Type == GroupRules.Type),
            "resourceGroups" => new GroupRules(this).Answer(request, fault),
            _ => await _rules.AnswerAsync(request, fault),
        };
    }

    private ArmAnswer Operation(string id)
    {
        if (!_operations.TryGetValue(id, out var operation)) return ArmAnswer.Error(404, "NotFound", "The operation is not known.");
        var body = new JsonObject { ["name"] = id, ["startTime"] = operation.Begin.ToString("O", CultureInfo.InvariantCulture) };
        body["status"] = !operation.IsDone ? "InProgress" : operation.Error is null ? "Succeeded" : "Failed";
        if (operation.IsDone && operation.Error is { } error) body["error"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message };
        return operation.IsDone ? new(200, body) : new(200, body, ("Retry-After", "5"));
    }

    private ArmAnswer OperationResult(string id) => !_operations.TryGetValue(id, out var operation) ? ArmAnswer.Error(404, "NotFound", "The operation is not known.")
        : operation.IsDone ? new(200, null)
        : new(202, null, ("Location", GroupRules.Location(id)), ("Retry-After", "15"));

    private ArmAnswer Tag(ArmRequest request)
    {
        var id = request.Path[..request.Path.LastIndexOf("/providers/Microsoft.Resources", StringComparison.OrdinalIgnoreCase)];
        if (Find(id) is not { } thing) return ArmAnswer.Error(404, "ResourceNotFound", $"The Resource '{id}' was not found.");
        var tags = thing.Body["tags"] as JsonObject ?? [];
        foreach (var (name, value) in request.Body!["properties"]!["tags"]!.AsObject()) tags[name] = value!.GetValue<string>();
        thing.Body["tags"] = tags;
        return new(200, new JsonObject { ["id"] = request.Path, ["name"] = "default", ["type"] = "Microsoft.Resources/tags", ["properties"] = new JsonObject { ["tags"] = tags.DeepClone() } });
    }

    private ArmAnswer List(ArmRequest request, Func<ArmThing, bool> fits)
    {
        var parts = request.Query.GetValueOrDefault("$filter")?.Split('\'');
        var (tag, value) = (parts?.ElementAtOrDefault(1), parts?.ElementAtOrDefault(3));
        var found = _things.Values.Where(t => fits(t) && t.Id.StartsWith($"/subscriptions/{request.Segments[1]}/", StringComparison.Ordinal) && t.Listed <= Now && (tag is null || t.Tag(tag) == value));
        return new(200, new JsonObject { ["value"] = new JsonArray([.. found.Select(t => (JsonNode)Listing(t, filtered: tag is not null))]) });
    }

    // Lists of resources of all kinds show no properties, and lists filtered by a tag no tags.
    private static JsonObject Listing(ArmThing thing, bool filtered)
    {
        var shown = thing.Show();
        if (thing.Type != GroupRules.Type) shown.Remove("properties");
        if (filtered) shown.Remove("tags");
        return shown;
    }
}
