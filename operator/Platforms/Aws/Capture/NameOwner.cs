using Amazon.EC2.Model;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Sources;
using ImageOperator.Platforms.Aws.Tags;
using ImageOperator.Platforms.Aws.Waiting;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Tells whose AMI it is that has a name, when AWS has said that the name is taken.</summary>
internal sealed class NameOwner(PlatformContext context, ImageReader images)
{
    /// <summary>After this time AWS shows who has the name.</summary>
    public static readonly TimeSpan Visible = TimeSpan.FromMinutes(1);

    public bool IsOurs(Image image) => BuildTags.AreOurs(image.Tags, context.Identity);

    /// <summary>One look.</summary>
    /// <param name="region">Where the name is taken.</param>
    /// <param name="name">The name.</param>
    /// <param name="gone">An AMI that is known to be gone; AWS may show it for a while yet.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>Ours if there is one; null where none is shown.</returns>
    public async Task<Image?> FindAsync(string region, string name, string? gone, CancellationToken cancellationToken)
    {
        var found = (await images.FindByNameAsync(region, name, cancellationToken).ConfigureAwait(false)).FindAll(i => i.ImageId != gone);
        return found.Find(IsOurs) ?? found.FirstOrDefault();
    }

    /// <summary>Takes what a try of ours has made whose answer was lost.</summary>
    /// <exception cref="PlatformException">It is someone else's.</exception>
    public async Task<string> AdoptAsync(string region, string name, PlatformException duplicate, CancellationToken cancellationToken)
    {
        var start = context.Time.GetTimestamp();
        return await Waits.InstanceStart.PollAsync(context.Time, async () =>
        {
            var owner = await FindAsync(region, name, null, cancellationToken).ConfigureAwait(false);
            if (owner is not null && IsOurs(owner)) return owner.ImageId;
            if (owner is not null || context.Time.GetElapsedTime(start) > Visible) throw NameTaken.By(owner?.ImageId, name, region, duplicate);
            return null;
        }, cancellationToken).ConfigureAwait(false);
    }
}
