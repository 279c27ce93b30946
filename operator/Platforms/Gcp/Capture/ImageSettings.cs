using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Sources;
using ImageOperator.Platforms.Gcp.Waiting;

namespace ImageOperator.Platforms.Gcp.Capture;

/// <summary>Who may use an image, for how long, and what it is called by: changes that say the same when they are made again.</summary>
internal sealed class ImageSettings(PlatformContext context, GcpImage settings, ICompute compute, GcpCalls calls, GcpImages images)
{
    private const string Reason = Reasons.DistributionFailed;
    private const string UserRole = "roles/compute.imageUser";
    private const int Tries = 5;

    private readonly Operations _operations = new(compute, calls);

    public async Task ApplyAsync(GcpLink link, GceImage image, CancellationToken cancellationToken)
    {
        if (settings.DeprecateAfter is { } after)
        {
            // Counted from the image's birth, so that doing it again changes nothing.
            var born = DateTimeOffset.TryParse(image.CreationTimestamp, CultureInfo.InvariantCulture, out var date) ? date : context.Time.GetUtcNow();
            await DeprecateAsync(link, new() { State = "ACTIVE", Deprecated = Written(born + after.Value) }, cancellationToken).ConfigureAwait(false);
        }

        if (settings.ShareWith.Count > 0) await RepeatAsync(() => ShareAsync(link, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The reaper knows results by it: their build may be gone.</summary>
    public Task MarkKeptAsync(GcpLink link, CancellationToken cancellationToken) => RepeatAsync(async () =>
    {
        var image = await images.ReadAsync(link, justMade: false, Reason, cancellationToken).ConfigureAwait(false) ?? throw Gone(link);
        if (BuildLabels.Value(image.Labels, BuildLabels.Kept) is not null) return;
        var labels = new GceLabels(new Dictionary<string, string>(image.Labels ?? new Dictionary<string, string>()) { [BuildLabels.Kept] = "true" }, image.LabelFingerprint);
        await RunAsync("compute.images.setLabels", link, t => compute.SetImageLabelsAsync(link, labels, t), cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>From here on the family's name stands for it.</summary>
    public async Task JoinFamilyAsync(GcpLink link, string family, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString();
        await RunAsync("compute.images.patch", link, t => compute.PatchImageAsync(link, new() { Family = family }, id, t), cancellationToken).ConfigureAwait(false);
    }

    /// <param name="link">The image.</param>
    /// <param name="status">Its new status.</param>
    /// <param name="cancellationToken">Ends the tries.</param>
    /// <param name="beforeRetry">Is done before each try but the first.</param>
    public Task DeprecateAsync(GcpLink link, GceDeprecation status, CancellationToken cancellationToken, Func<CancellationToken, Task>? beforeRetry = null)
    {
        var id = Guid.NewGuid().ToString();
        var isFirst = true;
        var call = new GcpCall("compute.images.deprecate", Reason)
        {
            BeforeTry = t => Interlocked.Exchange(ref isFirst, false) || beforeRetry is null ? Task.CompletedTask : beforeRetry(t),
        };
        return _operations.RunAsync(call, link.Project, Waits.Change, t => compute.DeprecateImageAsync(link, status, id, t), cancellationToken);
    }

    public static string Written(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static PlatformException Gone(GcpLink link) => new(FailureKind.Terminal, Reason, $"the captured image {link} is gone", "was it deleted by someone else?");

    private async Task ShareAsync(GcpLink link, CancellationToken cancellationToken)
    {
        var policy = await calls.RunAsync("compute.images.getIamPolicy", Reason, t => compute.GetImagePolicyAsync(link, t), cancellationToken).ConfigureAwait(false);
        var bindings = (policy.Bindings ?? []).ToList();
        var mine = bindings.FindIndex(b => b.Role == UserRole && b.Condition is null);
        var members = mine < 0 ? [] : bindings[mine].Members ?? [];
        if (!settings.ShareWith.Except(members).Any()) return;
        var binding = new GceBinding { Role = UserRole, Members = [.. members.Union(settings.ShareWith)] };
        if (mine < 0) bindings.Add(binding);
        else bindings[mine] = binding;
        await calls.RunAsync("compute.images.setIamPolicy", Reason, t => compute.SetImagePolicyAsync(link, policy with { Bindings = bindings }, t), cancellationToken).ConfigureAwait(false);
    }

    private Task RunAsync(string method, GcpLink link, Func<CancellationToken, Task<GceOperation>> run, CancellationToken cancellationToken) =>
        _operations.RunAsync(new(method, Reason), link.Project, Waits.Change, run, cancellationToken);

    // Others change it, too: it is read anew then.
    private async Task RepeatAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                await change().ConfigureAwait(false);
                return;
            }
            catch (PlatformException e) when (tried < Tries && GcpErrors.IsOutdated(e))
            {
                // Once more, with what it is by then.
                await Task.Delay(TimeSpan.FromSeconds(tried), context.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
