using ImageOperator.Api.Common;

namespace ImageOperator.Api.Validation;

internal static class DurationRules
{
    public static void Positive(ErrorList errors, Duration? duration, string path) =>
        errors.Require(duration is not { } set || set.Value > TimeSpan.Zero, path, Duration.PositiveMessage);
}
