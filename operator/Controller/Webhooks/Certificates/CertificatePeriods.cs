namespace ImageOperator.Controller.Webhooks.Certificates;

/// <summary>How long the webhook's own certificates live. What has used up two thirds of its life is replaced.</summary>
internal sealed record CertificatePeriods
{
    public TimeSpan Authority { get; init; } = TimeSpan.FromDays(365);

    public TimeSpan Serving { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long API servers and replicas get to learn of a new authority before it signs, and to forget the old one after.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How far other machines' clocks may be behind.</summary>
    public TimeSpan Backdate { get; init; } = TimeSpan.FromMinutes(10);
}
