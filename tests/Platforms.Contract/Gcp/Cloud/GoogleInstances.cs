using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>Instances and their disks.</summary>
internal sealed class GoogleInstances(GoogleState state, GoogleStorage storage, GoogleOsLogin osLogin)
{
    /// <summary>Then the cloud cuts a guest short.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestSpotStop = TimeSpan.FromSeconds(30);

    /// <summary>Where there is no room: <c>e2-medium in europe-west3-a</c>.</summary>
    public HashSet<string> Stockouts { get; } = [];

    /// <summary>Where a quota is reached.</summary>
    public HashSet<string> Quotas { get; } = [];

    /// <summary>Where machines are taken away again: while they start, or when they run.</summary>
    public Dictionary<string, bool> Preemptions { get; } = [];

    /// <summary>How many of the next machines fail for no reason of the request's, with their disks left.</summary>
    public int InternalErrors { get; set; }

    /// <summary>Disks are made before it turns out that there is no room, and stay.</summary>
    public bool LeavesDisks { get; set; }

    public HashSet<string> Zones { get; } = ["europe-west3-a", "europe-west3-b", "europe-west3-c"];

    public HashSet<string> MachineTypes { get; } = ["e2-medium", "e2-small", "n2-standard-2"];

    /// <summary>The host keys that guests tell; of a machine that runs its own.</summary>
    public Func<string, string> HostKeyOf { get; set; } = _ => "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

    /// <summary>How startup scripts end.</summary>
    public string StartupExitCode { get; set; } = "0";

    /// <summary>Whether guests write attributes.</summary>
    public bool HasGuestAgent { get; set; } = true;

    /// <summary>How long guests take to shut down; as the timings have it if null.</summary>
    public TimeSpan? Shutdown { get; set; }

    /// <summary>Whether guests power off when they are told to.</summary>
    public bool PowersOff { get; set; } = true;

    /// <summary>Constraints of the organization that hold: <c>compute.vmExternalIpAccess</c>.</summary>
    public HashSet<string> Constraints { get; } = [];

    public int BuildMachines { get; private set; }

    private const string ExportAttribute = "imageoperator/export";

    /// <summary>Why workers of exports fail; they do not if null.</summary>
    public string? WorkerFailure { get; set; }

    /// <summary>How many workers were ever made in this case.</summary>
    public int Workers { get; private set; }

    private TimeSpan ShutdownTime => Shutdown ?? state.Timings.Stop;

    public void Reset() => (BuildMachines, Workers) = (0, 0);

    public GoogleAnswer Insert(GoogleRequest request)
    {
        var (link, body) = (request.Link, request.Body!.DeepClone().AsObject());
        if (!Zones.Contains(request.Zone)) return GoogleAnswer.NotFound($"projects/{request.Project}/zones/{request.Zone}");
        if (state.Resources.ContainsKey(link)) return GoogleAnswer.Taken(link);
        if (state.Resources.ContainsKey(DiskOf(request, body))) return GoogleAnswer.Taken(DiskOf(request, body));
        var type = ((string)body["machineType"]!).Split('/')[^1];
        if (!MachineTypes.Contains(type)) return GoogleAnswer.Invalid("resource.machineType", $"'zones/{request.Zone}/machineTypes/{type}'. The referenced resource does not exist.");
        var parameters = body["disks"]![0]!["initializeParams"]!;
        var source = Links.Of((string)parameters["sourceImage"]!);
        if (state.FindImage(source) is not { } image) return GoogleAnswer.Invalid("resource.disks[0].initializeParams.sourceImage", $"'{source}'. The referenced image resource cannot be found.");
        if (image.Status != "READY") return GoogleAnswer.NotReady(source);
        if ((string?)image.Body["deprecated"]?["state"] is "OBSOLETE" or "DELETED") return GoogleAnswer.Invalid("resource.disks[0].initializeParams.sourceImage", $"'{source}' is obsolete or deleted");
        if (body["scheduling"]?["maxRunDuration"] is not null && body["scheduling"]!["instanceTerminationAction"] is null) return GoogleAnswer.Invalid("resource.scheduling", "instanceTerminationAction must be set with maxRunDuration.");
        if (Violated(request, body, source) is { } violation) return GoogleAnswer.Error(HttpStatusCode.PreconditionFailed, "conditionNotMet", violation);
        var place = $"{type} in {request.Zone}";
        if (Stockouts.Contains(place) || Quotas.Contains(place))
        {
            var stockout = Stockouts.Contains(place);
            if (LeavesDisks) AddDisk(request, body, image, parameters);
            return GoogleAnswer.Ok(state.Begin(request, state.Timings.Start, () => Task.FromResult<(int, string, string)?>(stockout
                ? (503, "ZONE_RESOURCE_POOL_EXHAUSTED", $"The zone 'projects/{request.Project}/zones/{request.Zone}' does not have enough resources available to fulfill the request.  Try a different zone, or try again later.")
                : (403, "QUOTA_EXCEEDED", "Quota 'CPUS' exceeded.  Limit: 24.0 in region europe-west3."))));
        }

        if (InternalErrors > 0)
        {
            InternalErrors--;
            AddDisk(request, body, image, parameters);
            return GoogleAnswer.Ok(state.Begin(request, state.Timings.Start, () => Task.FromResult<(int, string, string)?>((500, "INTERNAL_ERROR", "Internal error. Please try again or contact Google Support. (Code: '-77')"))));
        }

        return GoogleAnswer.Ok(Start(request, body, image, parameters, place));
    }

    private static string DiskOf(GoogleRequest request, JsonObject body) =>
        $"projects/{request.Project}/zones/{request.Zone}/disks/{(string?)body["disks"]![0]!["initializeParams"]?["diskName"] ?? (string)body["name"]!}";

    private GoogleResource AddDisk(GoogleRequest request, JsonObject body, GoogleResource image, JsonNode parameters)
    {
        var link = DiskOf(request, body);
        return state.Add(link, new JsonObject
        {
            ["name"] = link.Split('/')[^1],
            ["status"] = "READY",
            ["labels"] = parameters["labels"]?.DeepClone(),
            ["sourceImage"] = GoogleState.Root + image.Link,
            ["guestOsFeatures"] = image.Body["guestOsFeatures"]?.DeepClone(),
            ["licenses"] = image.Body["licenses"]?.DeepClone(),
        });
    }

    private string? Violated(GoogleRequest request, JsonObject body, string source)
    {
        if (Constraints.Contains("compute.vmExternalIpAccess") && body["networkInterfaces"]![0]!["accessConfigs"] is JsonArray { Count: > 0 })
        {
            return $"Constraint constraints/compute.vmExternalIpAccess violated for project 1. Add instance {request.Link} to the constraint to use external IP with it.";
        }

        if (Constraints.Contains("compute.requireShieldedVm") && (bool?)body["shieldedInstanceConfig"]?["enableSecureBoot"] != true)
        {
            return $"Constraint constraints/compute.requireShieldedVm violated for project projects/{request.Project}. Secure Boot is not enabled in the 'shielded_instance_config' field. "
                + "See https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints for more information.";
        }

        if (Constraints.Contains("compute.requireOsLogin") && Metadata(body, "enable-oslogin") != "TRUE")
        {
            return $"Constraint constraints/compute.requireOsLogin violated for project {request.Project}. The boolean constraint requires OS Login; metadata enable-oslogin cannot be FALSE.";
        }

        return Constraints.Contains("compute.trustedImageProjects") && !source.StartsWith($"projects/{request.Project}/", StringComparison.Ordinal)
            ? $"Constraint constraints/compute.trustedImageProjects violated for project {request.Project}. Use of images from project {source.Split('/')[1]} is prohibited."
            : null;
    }

    private JsonObject Start(GoogleRequest request, JsonObject body, GoogleResource image, JsonNode parameters, string place)
    {
        if ((string?)body["labels"]?["imageoperator-key"] == "build-machine") BuildMachines++;
        if (Metadata(body, "imageoperator-export") is not null) Workers++;
        var disk = AddDisk(request, body, image, parameters);
        disk.Body["users"] = new JsonArray(GoogleState.Root + request.Link);
        body["disks"]![0]!.AsObject().Remove("initializeParams");
        body["disks"]![0]!["source"] = GoogleState.Root + disk.Link;
        body["status"] = "PROVISIONING";
        var address = Addresses(body);
        var instance = state.Add(request.Link, body);
        instance.Busy = true;
        state.After(state.Timings.Start / 2, () => instance.Status = "STAGING");
        bool? runsFirst = Preemptions.TryGetValue(place, out var runs) ? runs : null;
        return state.Begin(request, state.Timings.Start, async () =>
        {
            (instance.Busy, instance.Status) = (false, "RUNNING");
            if (runsFirst is not null)
            {
                if (runsFirst == true) state.After(TimeSpan.FromSeconds(5), () => EndAsync(instance));
                else await EndAsync(instance);
                return null;
            }

            if (state.Host is { } host) await host.StartAsync(new(instance.Link.Split('/')[^1], image.Link.Split('/')[^1], address, Logins(body), null));
            if (HasGuestAgent && Metadata(body, "enable-guest-attributes") == "TRUE") state.After(state.Timings.Guest, () => Tell(instance));
            LimitRun(instance);
            return null;
        });
    }

    /// <summary>From when on it has run for long enough; whoever stops it clears that.</summary>
    private void LimitRun(GoogleResource instance)
    {
        if ((string?)instance.Body["scheduling"]?["maxRunDuration"]?["seconds"] is not { } text) return;
        var time = TimeSpan.FromSeconds(long.Parse(text, CultureInfo.InvariantCulture));
        var at = GoogleState.Timestamp(state.Now + time);
        instance.Body["resourceStatus"] = new JsonObject { ["scheduling"] = new JsonObject { ["terminationTimestamp"] = at } };
        state.After(time, () => (string?)instance.Body["resourceStatus"]?["scheduling"]?["terminationTimestamp"] == at ? EndAsync(instance) : Task.CompletedTask);
    }

    private void Tell(GoogleResource instance)
    {
        // The agent writes one after the other.
        var key = HostKeyOf(instance.Link.Split('/')[^1]).Split(' ');
        instance.GuestAttributes["hostkeys/ecdsa-sha2-nistp256"] = "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBAp9";
        state.After(TimeSpan.FromSeconds(1), () => instance.GuestAttributes[$"hostkeys/{key[0]}"] = key[1]);
        if (Metadata(instance.Body, "imageoperator-export") is not null) instance.GuestAttributes.TryAdd(ExportAttribute, """{"state":"ready"}""");
        if (Metadata(instance.Body, "imageoperator-startup-script") is not null) instance.GuestAttributes["imageoperator/startup-script"] = StartupExitCode;
    }

    public GoogleAnswer Stop(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } instance) return GoogleAnswer.NotFound(request.Link);
        if (instance.Busy || instance.Deleting) return GoogleAnswer.NotReady(request.Link);
        if (instance.Status == "TERMINATED") return GoogleAnswer.Ok(state.Begin(request, TimeSpan.Zero, () => Task.FromResult<(int, string, string)?>(null)));
        instance.Status = "STOPPING";
        instance.Body.Remove("resourceStatus");
        var limit = (string?)instance.Body["scheduling"]?["provisioningModel"] == "SPOT" ? LongestSpotStop : LongestStop;
        var cut = ShutdownTime > limit;
        return GoogleAnswer.Ok(state.Begin(request, cut ? limit : ShutdownTime, async () =>
        {
            foreach (var disk in DisksOf(instance).Where(_ => cut && instance.Status != "TERMINATED")) disk.Torn = true;
            await HaltAsync(instance);
            return null;
        }));
    }

    /// <summary>The guest shuts itself down, in the time that it needs.</summary>
    public void PowerOff(string link)
    {
        if (!PowersOff || state.Resources.GetValueOrDefault(link) is not { Status: "RUNNING" } instance) return;
        state.After(ShutdownTime, () => HaltAsync(instance));
    }

    /// <summary>Guests that really run may have been told so themselves.</summary>
    public void HearGuests()
    {
        if (state.Host is not { } host) return;
        foreach (var instance in state.Resources.Values.Where(r => r.Link.Contains("/instances/", StringComparison.Ordinal) && host.HasPoweredOff(r.Link.Split('/')[^1])).ToList()) PowerOff(instance.Link);
    }

    private async Task HaltAsync(GoogleResource instance)
    {
        if (instance.Deleting || instance.Status == "TERMINATED" || state.Resources.GetValueOrDefault(instance.Link) != instance) return;
        instance.Status = "TERMINATED";
        instance.Body.Remove("resourceStatus");
        if (state.Host is { } host) await host.StopAsync(instance.Link.Split('/')[^1], ended: false);
    }

    public GoogleAnswer Delete(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } instance) return GoogleAnswer.NotFound(request.Link);
        if (instance.Busy || instance.Deleting) return GoogleAnswer.NotReady(request.Link);
        if (DisksOf(instance).Any(d => d.Busy)) return GoogleAnswer.InUse(DisksOf(instance).First(d => d.Busy).Link, "an image in the making");
        (instance.Deleting, instance.Status) = (true, "STOPPING");
        return GoogleAnswer.Ok(state.Begin(request, state.Timings.Delete, async () =>
        {
            await EndAsync(instance);
            return null;
        }));
    }

    public GoogleAnswer InsertDisk(GoogleRequest request)
    {
        var (link, body) = (request.Link, request.Body!.DeepClone().AsObject());
        if (!Zones.Contains(request.Zone)) return GoogleAnswer.NotFound($"projects/{request.Project}/zones/{request.Zone}");
        if (state.Resources.ContainsKey(link)) return GoogleAnswer.Taken(link);
        if (state.FindImage(Links.Of((string)body["sourceImage"]!)) is not { Status: "READY" }) return GoogleAnswer.Invalid("resource.sourceImage", $"'{(string)body["sourceImage"]!}'. The referenced image resource cannot be found.");
        body["status"] = "CREATING";
        var disk = state.Add(link, body);
        disk.Busy = true;
        return GoogleAnswer.Ok(state.Begin(request, state.Timings.Change, () =>
        {
            (disk.Busy, disk.Status) = (false, "READY");
            return Task.FromResult<(int, string, string)?>(null);
        }));
    }

    public GoogleAnswer Attach(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } instance) return GoogleAnswer.NotFound(request.Link);
        if (instance.Busy || instance.Deleting) return GoogleAnswer.NotReady(request.Link);
        var source = Links.Of((string)request.Body!["source"]!);
        if (state.Find(source) is not { } disk) return GoogleAnswer.Invalid("resource.source", $"'{source}'. The referenced disk resource cannot be found.");
        if (disk.Busy) return GoogleAnswer.NotReady(source);
        if (disk.Body["users"] is JsonArray { Count: > 0 } users) return GoogleAnswer.InUse(source, Links.Of((string)users[0]!));
        // Read/write disks only are removed with their machine.
        if ((string?)request.Body["mode"] == "READ_ONLY" && (bool?)request.Body["autoDelete"] == true) return GoogleAnswer.Invalid("resource.autoDelete", "'true'. Read-only disks are not deleted automatically.");
        (instance.Busy, disk.Busy) = (true, true);
        return GoogleAnswer.Ok(state.Begin(request, state.Timings.Change, async () =>
        {
            (instance.Busy, disk.Busy) = (false, false);
            if (state.Resources.GetValueOrDefault(instance.Link) != instance) return (404, "RESOURCE_NOT_FOUND", $"The resource '{instance.Link}' was not found");
            var attached = request.Body.DeepClone().AsObject();
            attached["source"] = GoogleState.Root + disk.Link;
            instance.Body["disks"]!.AsArray().Add(attached);
            disk.Body["users"] = new JsonArray(GoogleState.Root + instance.Link);
            var device = (string)attached["deviceName"]!;
            if (state.Host is { } host) await host.AttachAsync(instance.Link.Split('/')[^1], device, ((string)disk.Body["sourceImage"]!).Split('/')[^1]);
            else if (Metadata(instance.Body, "imageoperator-export") is { } settings) Export(instance, JsonNode.Parse(settings)!);
            return null;
        }));
    }

    /// <summary>What a worker that does not really run is taken to do.</summary>
    private void Export(GoogleResource worker, JsonNode settings)
    {
        bool Runs() => worker.Status == "RUNNING" && state.Resources.GetValueOrDefault(worker.Link) == worker;
        state.After(state.Timings.Export / 2, () =>
        {
            if (Runs()) worker.GuestAttributes[ExportAttribute] = """{"state":"running","read":5368709120,"size":10737418240}""";
        });
        state.After(state.Timings.Export, () =>
        {
            if (!Runs()) return;
            var made = WorkerFailure is null ? storage.Upload($"{(string)settings["bucket"]!}/{(string)settings["object"]!}", [1, 2, 3, 4], settings["metadata"]!.AsObject()) : null;
            worker.GuestAttributes[ExportAttribute] = made is null
                ? new JsonObject { ["state"] = "failed", ["message"] = WorkerFailure ?? "412: At least one of the pre-conditions you specified did not hold." }.ToJsonString()
                : new JsonObject { ["state"] = "done", ["size"] = 10737418240, ["md5"] = made.Md5, ["generation"] = made.Generation.ToString(CultureInfo.InvariantCulture) }.ToJsonString();
        });
    }

    public GoogleAnswer DeleteDisk(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } disk) return GoogleAnswer.NotFound(request.Link);
        if (disk.Body["users"] is JsonArray { Count: > 0 } users) return GoogleAnswer.InUse(request.Link, Links.Of((string)users[0]!));
        if (disk.Busy) return GoogleAnswer.NotReady(request.Link);
        return GoogleAnswer.Ok(state.Begin(request, state.Timings.Change, () =>
        {
            state.Resources.Remove(disk.Link);
            return Task.FromResult<(int, string, string)?>(null);
        }));
    }

    public GoogleAnswer GuestAttributes(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } instance) return GoogleAnswer.NotFound(request.Link);
        var items = instance.GuestAttributes.Where(a => a.Key.StartsWith(request["queryPath"]!, StringComparison.Ordinal)).OrderBy(a => a.Key, StringComparer.Ordinal).ToList();
        if (items.Count == 0) return GoogleAnswer.NotFound($"{request.Link}/guestAttributes/{request["queryPath"]}");
        return GoogleAnswer.Ok(new JsonObject
        {
            ["queryPath"] = request["queryPath"],
            ["queryValue"] = new JsonObject
            {
                ["items"] = new JsonArray([.. items.Select(a => new JsonObject { ["namespace"] = a.Key.Split('/')[0], ["key"] = a.Key.Split('/')[1], ["value"] = a.Value })]),
            },
        });
    }

    public GoogleAnswer Console(GoogleRequest request) => state.Find(request.Link) is { } instance
        ? instance.Status == "RUNNING" ? GoogleAnswer.Ok(new JsonObject { ["contents"] = $"booting\n{request.Name} login: \n", ["start"] = "0", ["next"] = "10" }) : GoogleAnswer.NotReady(request.Link)
        : GoogleAnswer.NotFound(request.Link);

    /// <summary>Takes it away, as the cloud does with spot machines.</summary>
    public async Task EndAsync(GoogleResource instance)
    {
        var disks = DisksOf(instance).ToList();
        state.Resources.Remove(instance.Link);
        foreach (var (disk, attached) in disks.Zip(instance.Body["disks"]!.AsArray()))
        {
            if ((bool?)attached!["autoDelete"] == true) state.Resources.Remove(disk.Link);
            else disk.Body["users"] = new JsonArray();
        }

        if (state.Host is { } host) await host.StopAsync(instance.Link.Split('/')[^1], ended: true);
    }

    private IEnumerable<GoogleResource> DisksOf(GoogleResource instance) =>
        instance.Body["disks"]!.AsArray().Select(d => state.Resources.GetValueOrDefault(Links.Of((string)d!["source"]!))).OfType<GoogleResource>();

    private string Addresses(JsonObject body)
    {
        var number = state.NextNumber();
        var nic = body["networkInterfaces"]![0]!;
        // With machines that run, this machine's own.
        var address = state.Host is null ? $"10.156.{number / 250 % 250}.{(number % 250) + 1}" : $"127.{200 + (number / 60000 % 50)}.{number / 250 % 250}.{(number % 250) + 1}";
        nic["networkIP"] = address;
        if (nic["accessConfigs"] is JsonArray { Count: > 0 } configs) configs[0]!["natIP"] = state.Host is null ? $"203.0.113.{(number % 250) + 1}" : address;
        return address;
    }

    /// <summary>In the form of cloud-init's, which the machines read.</summary>
    private string Logins(JsonObject body) => string.Concat(LinesOf(body).Select(l => $"      - \"{l}\"\n"));

    /// <summary>With OS Login its profiles alone count.</summary>
    private IEnumerable<string> LinesOf(JsonObject body) => Metadata(body, "enable-oslogin") == "TRUE" ? osLogin.Lines
        : (Metadata(body, "ssh-keys") ?? "").Split('\n').Select(l => l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    private static string? Metadata(JsonObject body, string key) => (string?)body["metadata"]?["items"]?.AsArray().FirstOrDefault(i => (string?)i!["key"] == key)?["value"];
}

/// <summary>What names things: URLs and parts of them.</summary>
internal static class Links
{
    public static string Of(string text) => text.IndexOf("projects/", StringComparison.Ordinal) is >= 0 and var at ? text[at..] : text;
}
