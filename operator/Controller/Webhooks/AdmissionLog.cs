using ImageOperator.Runtime;

namespace ImageOperator.Controller.Webhooks;

/// <summary>Everything that the webhook logs.</summary>
internal static partial class AdmissionLog
{
    [LoggerMessage(40, LogLevel.Information, "{Kind} {Object} was refused: {Error} ({Count} errors)")]
    public static partial void Refused(ILogger logger, string kind, ObjectKey @object, string error, int count);

    [LoggerMessage(41, LogLevel.Error, "{Kind} {Object} could not be judged and was let through")]
    public static partial void Unjudged(ILogger logger, Exception e, string kind, ObjectKey @object);

    [LoggerMessage(42, LogLevel.Information, "The webhook serves certificate {Serial}, valid until {NotAfter:u}")]
    public static partial void Serves(ILogger logger, string serial, DateTimeOffset notAfter);

    [LoggerMessage(43, LogLevel.Information, "The webhook's certificates in Secret {Secret} are renewed: {Why}")]
    public static partial void Renewed(ILogger logger, ObjectKey secret, string why);

    [LoggerMessage(44, LogLevel.Information, "ValidatingWebhookConfiguration {Name} has our CA bundle now")]
    public static partial void BundleWritten(ILogger logger, string name);

    [LoggerMessage(45, LogLevel.Warning, "The webhook's certificate: {Problem}")]
    public static partial void Problem(ILogger logger, string problem);
}
