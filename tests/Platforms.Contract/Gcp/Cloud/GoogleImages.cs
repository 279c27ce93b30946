using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>Images and their families.</summary>
internal sealed class GoogleImages(GoogleState state, GoogleStorage storage)
{
    private static readonly string[] Patchable = ["family", "description", "deprecated"];
    private static readonly string[] States = ["ACTIVE", "DEPRECATED", "OBSOLETE", "DELETED"];

    /// <summary>How many of the next images fail for no reason of the request's.</summary>
    public int InternalErrors { get; set; }

    /// <summary>Why the next images fail.</summary>
    public (int Status, string Code, string Message)? Failure { get; set; }

    /// <summary>What is deprecated stays so, as one of Google's pages has it; another one shows how to undo it.</summary>
    public bool DeprecationIsFinal { get; set; }

    public GoogleAnswer Insert(GoogleRequest request)
    {
        var (link, body) = (request.Link, request.Body!.DeepClone().AsObject());
        if (state.Resources.ContainsKey(link)) return GoogleAnswer.Taken(link);
        GoogleResource? disk = null;
        if ((string?)body["sourceDisk"] is { } source)
        {
            disk = state.Find(Links.Of(source));
            if (disk is null) return GoogleAnswer.Invalid("resource.sourceDisk", $"'{source}'. The referenced resource does not exist.");
            var user = (disk.Body["users"] as JsonArray)?.Select(u => state.Resources.GetValueOrDefault(Links.Of((string)u!))).FirstOrDefault(u => u?.Status is not (null or "TERMINATED"));
            if (user is not null && request["forceCreate"] != "true") return GoogleAnswer.InUse(disk.Link, user.Link);
        }

        body["status"] = "PENDING";
        body["storageLocations"] ??= new JsonArray("eu");
        if (disk is not null)
        {
            body["guestOsFeatures"] = Union(disk.Body["guestOsFeatures"], body["guestOsFeatures"]);
            body["licenses"] = Union(disk.Body["licenses"], body["licenses"]);
            body["sourceDisk"] = GoogleState.Root + disk.Link;
            body["diskSizeGb"] = "10";
            disk.Busy = true;
        }

        var image = state.Add(link, body);
        image.Torn = disk?.Torn == true;
        return GoogleAnswer.Ok(state.Begin(request, state.Timings.Image, () =>
        {
            if (disk is not null) disk.Busy = false;
            var missing = (string?)body["rawDisk"]?["source"] is { } url && !(url.StartsWith(storage.Root + "/", StringComparison.Ordinal) && storage.Find(url[(storage.Root.Length + 1)..]) is not null);
            var error = missing ? (404, "RESOURCE_NOT_FOUND", $"The Google Cloud Storage object '{(string)body["rawDisk"]!["source"]!}' was not found") : Failure;
            if (error is null && InternalErrors > 0) (error, InternalErrors) = ((500, "INTERNAL_ERROR", "Internal error. Please try again or contact Google Support. (Code: '-1234')"), InternalErrors - 1);
            image.Status = error is null ? "READY" : "FAILED";
            if (disk is not null && error is null) state.Host?.Capture(disk.Link.Split('/')[^1], link.Split('/')[^1]);
            return Task.FromResult(error);
        }));
    }

    public GoogleAnswer Delete(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } image) return GoogleAnswer.NotFound(request.Link);
        if (image.Status == "PENDING" || image.Deleting) return GoogleAnswer.NotReady(request.Link);
        (image.Deleting, image.Status) = (true, "DELETING");
        return GoogleAnswer.Ok(state.Begin(request, state.Timings.Change, () =>
        {
            state.Resources.Remove(request.Link);
            return Done();
        }));
    }

    public GoogleAnswer Family(GoogleRequest request)
    {
        var newest = state.List(request.Project, "images", $"family = \"{request.Name}\"")
            .Where(i => i.Status == "READY" && (string?)i.Body["deprecated"]?["state"] is null or "ACTIVE")
            .OrderByDescending(i => DateTimeOffset.Parse((string)i.Body["creationTimestamp"]!, CultureInfo.InvariantCulture)).FirstOrDefault();
        return newest is null ? GoogleAnswer.NotFound($"projects/{request.Project}/global/images/family/{request.Name}") : GoogleAnswer.Ok(newest.Body);
    }

    public GoogleAnswer Patch(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } image) return GoogleAnswer.NotFound(request.Link);
        if (request.Body!.Select(p => p.Key).Except(Patchable).FirstOrDefault() is { } other) return GoogleAnswer.Invalid($"resource.{other}", "cannot be patched.");
        return Change(request, () =>
        {
            foreach (var (name, value) in request.Body!) image.Body[name] = value?.DeepClone();
        });
    }

    public GoogleAnswer Deprecate(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } image) return GoogleAnswer.NotFound(request.Link);
        if ((string?)request.Body!["state"] is not { } wanted || !States.Contains(wanted)) return GoogleAnswer.Invalid("resource.state", "ACTIVE, DEPRECATED, OBSOLETE or DELETED.");
        if (DeprecationIsFinal && wanted == "ACTIVE" && (string?)image.Body["deprecated"]?["state"] is not (null or "ACTIVE"))
        {
            return GoogleAnswer.Invalid("resource.state", "Deprecating an image is irreversible.");
        }

        return Change(request, () =>
        {
            image.Body.Remove("deprecated");
            // An active image without times has no status at all.
            if (wanted != "ACTIVE" || request.Body!.Count > 1) image.Body["deprecated"] = request.Body!.DeepClone();
        });
    }

    public GoogleAnswer SetLabels(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } image) return GoogleAnswer.NotFound(request.Link);
        if ((string?)request.Body!["labelFingerprint"] != (string?)image.Body["labelFingerprint"])
        {
            return GoogleAnswer.Error(HttpStatusCode.PreconditionFailed, "conditionNotMet", "Labels fingerprint either invalid or resource labels have changed");
        }

        return Change(request, () =>
        {
            image.Body["labels"] = request.Body!["labels"]?.DeepClone();
            image.Body["labelFingerprint"] = GoogleState.Fingerprint(image.Body["labels"]);
        });
    }

    public GoogleAnswer GetPolicy(GoogleRequest request) =>
        state.Find(request.Link) is { } image ? GoogleAnswer.Ok(PolicyOf(image)) : GoogleAnswer.NotFound(request.Link);

    public GoogleAnswer SetPolicy(GoogleRequest request)
    {
        if (state.Find(request.Link) is not { } image) return GoogleAnswer.NotFound(request.Link);
        var policy = request.Body!["policy"]!.DeepClone().AsObject();
        if ((string?)policy["etag"] is { } etag && etag != (string?)PolicyOf(image)["etag"])
        {
            return GoogleAnswer.Error(HttpStatusCode.Conflict, "aborted", "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff.");
        }

        policy.Remove("etag");
        policy["etag"] = GoogleState.Fingerprint(policy);
        image.Policy = policy;
        return GoogleAnswer.Ok(policy);
    }

    private static JsonObject PolicyOf(GoogleResource image) => image.Policy ??= new JsonObject { ["etag"] = "ACAB", ["version"] = 1 };

    private GoogleAnswer Change(GoogleRequest request, Action change)
    {
        // Readers see it when the operation ends, and not before.
        return GoogleAnswer.Ok(state.Begin(request, state.Timings.Change, () =>
        {
            change();
            return Done();
        }));
    }

    private static Task<(int, string, string)?> Done() => Task.FromResult<(int, string, string)?>(null);

    private static JsonArray? Union(JsonNode? first, JsonNode? second)
    {
        var all = (first?.AsArray() ?? []).Concat(second?.AsArray() ?? []).Select(n => n!.DeepClone()).DistinctBy(n => n.ToJsonString()).ToArray();
        return all.Length > 0 ? new JsonArray(all) : null;
    }
}
