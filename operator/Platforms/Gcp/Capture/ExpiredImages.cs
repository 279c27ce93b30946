using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Labels;
using ImageOperator.Platforms.Gcp.Waiting;

namespace ImageOperator.Platforms.Gcp.Capture;

/// <summary>
/// Makes a family's deprecated images obsolete and deletes them when the times come that an earlier build has set. Only images that a build of ours has made and
/// kept; only with the target's own word for it; and a time that nobody has set never comes. What cannot be moved is left to the next build.
/// </summary>
internal sealed class ExpiredImages(PlatformContext context, ICompute compute, GcpCalls calls)
{
    private const string Reason = Reasons.DistributionFailed;

    private readonly Operations _operations = new(compute, calls);

    public async Task MoveOnAsync(GcpLink link, GceImage image, GcpOlderImages wanted, CancellationToken cancellationToken)
    {
        if (image.Deprecated is not { State: "DEPRECATED" or "OBSOLETE" } status) return;
        if (BuildLabels.Value(image.Labels, BuildLabels.Kept) is null || BuildLabels.Value(image.Labels, BuildLabels.BuildUid) is null) return;
        var id = Guid.NewGuid().ToString();
        try
        {
            if (wanted.DeleteAfter is not null && HasCome(status.Deleted))
            {
                await _operations.RunAsync(new("compute.images.delete", Reason), link.Project, Waits.Change, t => compute.DeleteImageAsync(link, id, t), cancellationToken).ConfigureAwait(false);
                Tell($"the older image {link.Name} is deleted: its time was {status.Deleted}");
            }
            else if (status.State == "DEPRECATED" && wanted.ObsoleteAfter is not null && HasCome(status.Obsolete))
            {
                var obsolete = status with { State = "OBSOLETE" };
                await _operations.RunAsync(new("compute.images.deprecate", Reason), link.Project, Waits.Change, t => compute.DeprecateImageAsync(link, obsolete, id, t), cancellationToken).ConfigureAwait(false);
                Tell($"the older image {link.Name} is obsolete: its time was {status.Obsolete}");
            }
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            // Deleted meanwhile.
        }
        catch (PlatformException e)
        {
            context.Observer.Observe(new BuildEvent.Message(MessageLevel.Warning, $"the older image {link.Name} stays {status.State}, though its time has come: {e.Message}; the family's next build tries again"));
        }
    }

    private void Tell(string text) => context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, text));

    private bool HasCome(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at <= context.Time.GetUtcNow();
}
