using ImageOperator.Api.Conditions;

namespace ImageOperator.Downloads;

/// <summary>What a file is fetched for: the words of its failures.</summary>
/// <param name="What">What it is, for people.</param>
/// <param name="UrlField">The field that names it.</param>
/// <param name="ChecksumField">The field of its checksum.</param>
/// <param name="Reason">The reason of the failure if it cannot be had.</param>
/// <param name="LargestBytes">A larger file is refused; null for any size.</param>
public sealed record DownloadPurpose(string What, string UrlField, string ChecksumField, string Reason, long? LargestBytes = null)
{
    /// <summary>A target's source image.</summary>
    public static DownloadPurpose SourceImage { get; } = new("the source image", "source.url", "source.checksum", Reasons.SourceUnavailable);
}
