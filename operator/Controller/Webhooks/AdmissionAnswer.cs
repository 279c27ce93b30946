using System.Net;
using ImageOperator.Api.Validation;
using k8s.Models;

namespace ImageOperator.Controller.Webhooks;

/// <summary>Puts a verdict into the API server's words.</summary>
internal static class AdmissionAnswer
{
    // All errors stand in the message up to here; someone with more of them begins at the top anyhow.
    private const int MostErrors = 50;

    // The API server cuts warnings at 256 characters and drops what is beyond 4096 in all.
    private const int MostWarnings = 10;
    private const int LongestWarning = 250;

    public static AdmissionResponse Of(AdmissionRequest request, AdmissionVerdict verdict) => new()
    {
        Uid = request.Uid,
        Allowed = verdict.Errors.Count == 0,
        Status = verdict.Errors.Count == 0 ? null : Refusal(request, verdict.Errors),
        Warnings = verdict.Doubts.Count == 0 ? null : [.. verdict.Doubts.Take(MostWarnings).Select(d => Short(d.ToString()))],
    };

    /// <summary>For what we could not judge: it is let through, and said so.</summary>
    public static AdmissionResponse Unjudged(AdmissionRequest request) =>
        new() { Uid = request.Uid, Allowed = true, Warnings = ["image-operator could not check this object (its log says why); it was let through unchecked"] };

    private static V1Status Refusal(AdmissionRequest request, IReadOnlyList<ValidationError> errors) => new()
    {
        ApiVersion = "v1",
        Kind = "Status",
        Metadata = new(),
        Status = "Failure",
        Code = (int)HttpStatusCode.UnprocessableEntity,
        Reason = "Invalid",
        Message = string.Join("; ", errors.Take(MostErrors)) + (errors.Count > MostErrors ? $"; and {errors.Count - MostErrors} more" : ""),
        Details = new()
        {
            Group = request.Kind.Group,
            Kind = request.Kind.Kind,
            Name = request.Name,
            Causes = [.. errors.Take(MostErrors).Select(e => new V1StatusCause { Reason = "FieldValueInvalid", Field = e.Path, Message = e.Message })],
        },
    };

    private static string Short(string text) => text.Length <= LongestWarning ? text : string.Concat(text.AsSpan(0, LongestWarning - 1), "…");
}
