using Amazon.EC2.Model;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Machines;
using ImageOperator.Platforms.Aws.Sources;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>The name to make an AMI by: its own, or, while another AMI that is to be replaced has that, one of its own build.</summary>
internal sealed class NameChoice(PlatformContext context, AwsImage settings, ImageReader images)
{
    /// <summary>The name that it has in the end.</summary>
    public string Final { get; } = ImageName.Of(settings, context.Identity);

    /// <summary>One that no other build's AMI has.</summary>
    public string Temporary { get; } = ImageName.Suffixed(settings, context.Identity);

    public bool MayReplace => settings.NameRule == AwsNameRule.Replace;

    /// <param name="region">Where it is made.</param>
    /// <param name="known">An earlier try's entry: what is asked again must be the same.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<string> ChooseAsync(string region, LedgerEntry? known, CancellationToken cancellationToken)
    {
        if (!MayReplace) return Final;
        if (known?.Properties?.GetValueOrDefault(Properties.Name) is { } earlier) return earlier;
        return await FindReplaceableAsync(region, cancellationToken).ConfigureAwait(false) is null ? Final : Temporary;
    }

    /// <summary>Whether there is another name to make it by, when someone else has taken the one that was free a while ago.</summary>
    public bool MayEvade(string taken) => MayReplace && taken != Temporary;

    /// <summary>Someone else's AMI that has the name; null without one.</summary>
    public async Task<Image?> FindOtherAsync(string region, CancellationToken cancellationToken) =>
        (await images.FindByNameAsync(region, Final, cancellationToken).ConfigureAwait(false)).Find(i => !BuildTags.AreOurs(i.Tags, context.Identity));

    /// <summary>The AMI to be replaced; null without one.</summary>
    public async Task<Image?> FindReplaceableAsync(string region, CancellationToken cancellationToken)
    {
        var other = await FindOtherAsync(region, cancellationToken).ConfigureAwait(false);
        return other is null || !ImageReader.IsProtected(other) ? other : throw NameTaken.Protected(other.ImageId, Final, region);
    }

    /// <summary>Ours that stands in another one's place already; null without one.</summary>
    public async Task<Image?> FindPlacedAsync(string region, CancellationToken cancellationToken)
    {
        if (!MayReplace) return null;
        var found = await images.FindByNameAsync(region, Final, cancellationToken).ConfigureAwait(false);
        return found.Find(i => BuildTags.AreOurs(i.Tags, context.Identity) && BuildTags.Value(i.Tags, BuildTags.Replaces) is not null);
    }
}
