using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>
/// Compute Engine as its documentation describes it: docs/platforms/google-cloud-double.md has the rules with their sources. Time is the given clock's.
/// </summary>
internal sealed class GoogleCloud
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private int _injected;

    public GoogleCloud(TimeProvider time)
    {
        State = new(time);
        OsLogin = new(time);
        Instances = new(State, Storage, OsLogin);
        Images = new(State, Storage);
    }

    public GoogleState State { get; }

    public GoogleStorage Storage { get; } = new();

    public GoogleOsLogin OsLogin { get; }

    public GoogleInstances Instances { get; }

    public GoogleImages Images { get; }

    public HashSet<string> Projects { get; } = ["lab-project", "debian-cloud"];

    /// <summary>Tokens that are taken; all if null.</summary>
    public Func<string?, bool>? Knows { get; set; }

    private const string TestPermissions = "cloudresourcemanager.projects.testIamPermissions";

    /// <summary>Whether its API is switched on in the projects.</summary>
    public bool ResourceManager { get; set; } = true;

    /// <summary>The permissions that callers have; all if null.</summary>
    public IReadOnlySet<string>? Permissions { get; set; }

    public IReadOnlyList<Fault> Faults { get; set; } = [];

    /// <summary>How many calls have gone wrong by a fault.</summary>
    public int Injected => _injected;

    /// <summary>Every call, in order, by its ID.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The requests, for a look at what was asked.</summary>
    public ConcurrentQueue<GoogleRequest> Requests { get; } = new();

    /// <summary>Begins anew: what is there has settled, and counts begin at none.</summary>
    public async Task SettleAsync()
    {
        await _one.WaitAsync();
        try
        {
            Faults = [];
            await State.SettleAsync();
        }
        finally
        {
            _one.Release();
        }

        _counts.Clear();
        _injected = 0;
        Calls.Clear();
        Requests.Clear();
        Instances.Reset();
    }

    /// <summary>An instance's guest is told to power off.</summary>
    public async Task PowerOffAsync(string link)
    {
        await _one.WaitAsync();
        try
        {
            await State.CatchUpAsync();
            Instances.PowerOff(link);
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message)
    {
        if (MethodOf(message) is { } method) return await AnswerOtherAsync(method, message);
        var request = await GoogleRequest.ReadAsync(message);
        if (request is null) return GoogleAnswer.Error(HttpStatusCode.NotFound, "notFound", $"no method has the path {message.RequestUri!.AbsolutePath}").ToResponse();
        Calls.Enqueue(request.Method);
        Requests.Enqueue(request);
        var number = _counts.AddOrUpdate(request.Method, 1, (_, n) => n + 1);
        var fault = Faults.FirstOrDefault(f => f.Hits(request.Method, number))?.Kind;
        if (fault is not null) Interlocked.Increment(ref _injected);
        if (fault == FaultKind.NoConnection) throw new HttpRequestException("connection refused (injected)");
        if (fault is { } kind && GoogleFaults.Of(kind, request) is { } error) return error.ToResponse();
        var answer = await AnswerAsync(request);
        if (fault == FaultKind.LostAnswer) throw new HttpRequestException("the connection broke (injected)");
        return answer.ToResponse();
    }

    /// <summary>The ID of a method that is not Compute Engine's.</summary>
    public static string? MethodOf(HttpRequestMessage message) => GoogleStorage.MethodOf(message.Method, message.RequestUri!) ?? GoogleOsLogin.MethodOf(message.Method, message.RequestUri!)
        ?? (message.RequestUri!.AbsolutePath.EndsWith(":testIamPermissions", StringComparison.Ordinal) ? TestPermissions : null);

    /// <summary>Resource Manager's <c>testIamPermissions</c>: those of the permissions asked for that the caller has.</summary>
    private async Task<GoogleAnswer> TestAsync(HttpRequestMessage message)
    {
        if (Knows?.Invoke(message.Headers.Authorization?.Parameter) == false) return GoogleAnswer.Error(HttpStatusCode.Unauthorized, "authError", "Invalid Credentials");
        var project = message.RequestUri!.AbsolutePath.Split('/')[^1].Split(':')[0];
        if (!Projects.Contains(project)) return GoogleAnswer.Error(HttpStatusCode.Forbidden, "forbidden", "The caller does not have permission");
        if (!ResourceManager) return GoogleAnswer.Error(HttpStatusCode.Forbidden, "accessNotConfigured", $"Cloud Resource Manager API has not been used in project {project} before or it is disabled.");
        var asked = JsonNode.Parse(await message.Content!.ReadAsStringAsync())!["permissions"]!.AsArray().Select(p => (string)p!).ToList();
        if (asked.Count > 100 || asked.FirstOrDefault(p => p.Split('.').Length != 3) is not null) return GoogleAnswer.Error(HttpStatusCode.BadRequest, "badRequest", "Invalid permissions.");
        var given = new JsonObject();
        // Without any there is no field at all.
        if (asked.Where(p => Permissions?.Contains(p) != false).ToArray() is { Length: > 0 } granted) given["permissions"] = new JsonArray([.. granted.Select(p => (JsonNode)p)]);
        return GoogleAnswer.Ok(given);
    }

    private async Task<HttpResponseMessage> AnswerOtherAsync(string method, HttpRequestMessage message)
    {
        Calls.Enqueue(method);
        var number = _counts.AddOrUpdate(method, 1, (_, n) => n + 1);
        var fault = Faults.FirstOrDefault(f => f.Hits(method, number))?.Kind;
        if (fault is not null) Interlocked.Increment(ref _injected);
        if (fault == FaultKind.NoConnection) throw new HttpRequestException("connection refused (injected)");
        if (fault == FaultKind.Denied) return method.StartsWith("storage.", StringComparison.Ordinal) ? GoogleStorage.Denied(method) : GoogleAnswer.Error(HttpStatusCode.Forbidden, "forbidden", "The caller does not have permission").ToResponse();
        if (fault is { } kind && GoogleFaults.Of(kind) is { } error) return error.ToResponse();
        await _one.WaitAsync();
        try
        {
            await State.CatchUpAsync();
        }
        finally
        {
            _one.Release();
        }

        if (method == TestPermissions) return (await TestAsync(message)).ToResponse();
        var answer = method.StartsWith("storage.", StringComparison.Ordinal) ? await Storage.SendAsync(message) : (await OsLogin.AnswerAsync(method, message)).ToResponse();
        if (fault == FaultKind.LostAnswer) throw new HttpRequestException("the connection broke (injected)");
        return answer;
    }

    // One at a time: what is refused depends on what was done just before.
    private async Task<GoogleAnswer> AnswerAsync(GoogleRequest request)
    {
        await _one.WaitAsync();
        try
        {
            await State.CatchUpAsync();
            Instances.HearGuests();
            if (Knows?.Invoke(request.Token) == false) return GoogleAnswer.Error(HttpStatusCode.Unauthorized, "authError", "Invalid Credentials");
            if (!Projects.Contains(request.Project)) return GoogleAnswer.Error(HttpStatusCode.Forbidden, "forbidden", $"Required '{GoogleRoles.Needed(request)[0]}' permission for 'projects/{request.Project}'");
            if (Permissions is { } given && GoogleRoles.Needed(request).FirstOrDefault(p => !given.Contains(p)) is { } missing && request.Project != "debian-cloud") return GoogleFaults.Denied(missing, request);
            if (GoogleSchema.Fault(request) is { } wrong) return GoogleAnswer.Error(HttpStatusCode.BadRequest, "badRequest", wrong);
            if (request.Body is { } body && GoogleLimits.Refusal(body) is { } refusal) return refusal;
            var answer = State.Repeated(request) ?? Answer(request);
            return answer.Succeeded && GoogleSchema.AnswerFault(request.Method, answer.Body) is { } mismatch
                ? GoogleAnswer.Error(HttpStatusCode.BadRequest, "double", $"the double's answer is not Compute Engine's: {mismatch}")
                : answer;
        }
        finally
        {
            _one.Release();
        }
    }

    private GoogleAnswer Answer(GoogleRequest request) => request.Method switch
    {
        "compute.projects.get" => GoogleAnswer.Ok(new JsonObject { ["name"] = request.Project, ["id"] = "1", ["defaultServiceAccount"] = "1-compute@developer.gserviceaccount.com" }),
        "compute.images.insert" => Images.Insert(request),
        "compute.images.delete" => Images.Delete(request),
        "compute.images.getFromFamily" => Images.Family(request),
        "compute.images.patch" => Images.Patch(request),
        "compute.images.deprecate" => Images.Deprecate(request),
        "compute.images.setLabels" => Images.SetLabels(request),
        "compute.images.getIamPolicy" => Images.GetPolicy(request),
        "compute.images.setIamPolicy" => Images.SetPolicy(request),
        "compute.images.list" => List(request, "images"),
        "compute.instances.insert" => Instances.Insert(request),
        "compute.instances.attachDisk" => Instances.Attach(request),
        "compute.disks.insert" => Instances.InsertDisk(request),
        "compute.instances.stop" => Instances.Stop(request),
        "compute.instances.delete" => Instances.Delete(request),
        "compute.instances.getSerialPortOutput" => Instances.Console(request),
        "compute.instances.getGuestAttributes" => Instances.GuestAttributes(request),
        "compute.instances.aggregatedList" => Aggregate(request, "instances"),
        "compute.disks.aggregatedList" => Aggregate(request, "disks"),
        "compute.disks.delete" => Instances.DeleteDisk(request),
        "compute.instances.get" or "compute.images.get" or "compute.disks.get" => State.Find(request.Link) is { } found ? GoogleAnswer.Ok(found.Body) : GoogleAnswer.NotFound(request.Link),
        _ when request.Method.Contains("Operations.", StringComparison.Ordinal) => State.Operation(request.Name) is { } operation ? GoogleAnswer.Ok(operation) : GoogleAnswer.NotFound($"operations/{request.Name}"),
        _ => throw new InvalidOperationException($"{request.Method} has a route and no answer"),
    };

    /// <summary>A page has few things, so that readers must ask for the next.</summary>
    private GoogleAnswer List(GoogleRequest request, string collection)
    {
        var (found, next) = PageOf(request, State.List(request.Project, collection, request["filter"]));
        var page = new JsonObject { ["items"] = new JsonArray([.. found.Select(r => r.Body.DeepClone())]) };
        if (next is not null) page["nextPageToken"] = next;
        return GoogleAnswer.Ok(page);
    }

    /// <summary>All zones' things together are paged: a zone may be on several pages.</summary>
    private GoogleAnswer Aggregate(GoogleRequest request, string collection)
    {
        var items = new JsonObject { ["global"] = new JsonObject { ["warning"] = new JsonObject { ["code"] = "NO_RESULTS_ON_PAGE" } } };
        var (page, next) = PageOf(request, State.List(request.Project, collection, request["filter"]));
        foreach (var zone in page.GroupBy(r => r.Link.Split('/')[3]))
        {
            items[$"zones/{zone.Key}"] = new JsonObject { [collection] = new JsonArray([.. zone.Select(r => r.Body.DeepClone())]) };
        }

        return GoogleAnswer.Ok(next is null ? new JsonObject { ["items"] = items } : new JsonObject { ["items"] = items, ["nextPageToken"] = next });
    }

    private static (IReadOnlyList<GoogleResource> Page, string? Next) PageOf(GoogleRequest request, IEnumerable<GoogleResource> found)
    {
        const int PageSize = 3;
        var from = int.Parse(request["pageToken"] ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        var all = found.OrderBy(r => r.Link, StringComparer.Ordinal).ToList();
        return ([.. all.Skip(from).Take(PageSize)], all.Count > from + PageSize ? (from + PageSize).ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }
}
