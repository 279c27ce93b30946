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
        Blobs = new BlobAccounts(this);
        Limits = new RateLimits(time);
        _rules = new ResourceRules(this);
    }

    public TimeProvider Time { get; }

    /// <summary>Where tokens come from. Their lives are counted by the SDK's clock, which is no test's.</summary>
    public TokenEndpoint Tokens { get; }

    public IEnumerable<IReadOnlyDictionary<string, string>> TokenRequests => Tokens.Requests;

    public ArmTimings Timings { get; set; } = new();

    /// <summary>How many calls it takes.</summary>
    public RateLimits Limits { get; }

    /// <summary>The images of the Marketplace.</summary>
    public MarketplaceImages Marketplace { get; } = new();

    /// <summary>Where blobs are: all accounts.</summary>
    public const string BlobHost = ".blob.core.windows.net";

    /// <summary>The storage accounts.</summary>
    public BlobAccounts Blobs { get; }

    /// <summary>A real storage instead; null without one.</summary>
    public AzuriteServer? Storage { get; set; }

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

    /// <summary>What in the double's own answers Microsoft's description has not.</summary>
    public ConcurrentQueue<string> Mismatches { get; } = new();

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
            var things = _things.Values.Select(t => $"{t.Type} {t.Id[(t.Id.IndexOf("roups/", StringComparison.Ordinal) + 6)..]}{(AccessRules.IsOpen(t) ? " open" : "")}");
            return [.. things.Concat(Blobs.Names).Order(StringComparer.Ordinal)];
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
        if (message.RequestUri.Host.EndsWith(BlobHost, StringComparison.Ordinal)) return await SendToStorageAsync(message);
        var request = await ArmRequest.ReadAsync(message);
        Requests.Enqueue(request);
        var fault = Count(request.Action);
        if (fault?.Answer is { } error) return error.ToResponse(message);
        if (Limits.Take(request.Method) is not { } left)
        {
            Answers.Enqueue("SubscriptionRequestsThrottled");
            return ArmAnswer.Error(429, "SubscriptionRequestsThrottled", "Number of requests for subscription exceeded the limit.", ("Retry-After", "5")).ToResponse(message);
        }

        await _one.WaitAsync();
        ArmAnswer answer;
        try
        {
            await AdvanceAsync();
            answer = await AnswerAsync(request, fault);
            if (ArmSchema.Fault(request, answer) is { } mismatch) Mismatches.Enqueue(mismatch);
        }
        finally
        {
            _one.Release();
        }

        if ((answer.Body as JsonObject)?["error"]?["code"]?.GetValue<string>() is { } code) Answers.Enqueue(code);
        if (fault?.Kind == ArmFaultKind.LostAnswer) throw new HttpRequestException("the connection broke (injected)");
        return (answer with { Headers = [.. answer.Headers, .. left] }).ToResponse(message);
    }

    private async Task<HttpResponseMessage> SendToStorageAsync(HttpRequestMessage message)
    {
        var fault = Count(BlobAccounts.ActionOf(message));
        if (fault?.Answer is { } error) return BlobAccounts.Refuse(message, error);
        if (Storage is { } real) return await real.SendAsync(message);
        await _one.WaitAsync();
        try
        {
            await AdvanceAsync();
            var answer = Blobs.Answer(message);
            return fault?.Kind == ArmFaultKind.LostAnswer ? throw new HttpRequestException("the connection broke (injected)") : answer;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <returns>What goes wrong with this call.</returns>
    private ArmFault? Count(string action)
    {
        Actions.Enqueue(action);
        var number = _counts.AddOrUpdate(action, 1, (_, n) => n + 1);
        var fault = Faults.FirstOrDefault(f => f.Hits(action, number));
        return fault?.Kind == ArmFaultKind.NoConnection ? throw new HttpRequestException("connection refused (injected)") : fault;
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
        Blobs.Advance();
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
        if (ArmSchema.Fault(request) is { } wrong) return ArmAnswer.Error(400, "InvalidRequestContent", wrong);
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
            "diskOperations" when request.Query.ContainsKey("monitor") => Monitored(last),
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
        if (operation is { IsDone: true, Error: null, Result: { } result }) body["properties"] = new JsonObject { ["output"] = result.DeepClone() };
        return operation.IsDone ? new(200, body) : new(200, body, ("Retry-After", "5"));
    }

    /// <summary>What came of an operation, where its Location says.</summary>
    private ArmAnswer Monitored(string id) => !_operations.TryGetValue(id, out var operation) ? ArmAnswer.Error(404, "NotFound", "The operation is not known.")
        : !operation.IsDone ? new(202, null, ("Retry-After", "5"))
        : operation.Error is { } error ? ArmAnswer.Error(409, error.Code, error.Message)
        : new(200, operation.Result?.DeepClone());

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
