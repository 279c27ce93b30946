using System.Text.Json;
using System.Text.RegularExpressions;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Validation;

namespace ImageOperator.Controller.Webhooks;

/// <summary>
/// Judges a change by nothing but the question itself: no clock, no cache, no other object. So a dry run is judged like the real
/// thing, every replica answers the same, nobody learns of objects that they may not read, and GitOps may apply in any order.
/// </summary>
internal static partial class AdmissionJudge
{
    public static AdmissionVerdict Judge(AdmissionRequest request)
    {
        if (request.Kind.Group != GroupVersion.Group || !string.IsNullOrEmpty(request.SubResource)) return AdmissionVerdict.Allowed;
        if (request.Object.ValueKind != JsonValueKind.Object || IsDeleting(request.Object)) return AdmissionVerdict.Allowed;
        var doubts = ManifestDoubts.Of(request.Object);
        if (request.Operation == "CREATE") return new(Validate(request.Object), doubts);
        if (request.Operation != "UPDATE" || request.OldObject.ValueKind != JsonValueKind.Object) return AdmissionVerdict.Allowed;

        // Labels, annotations, finalizers: whoever must get rid of a wrong object needs them.
        if (SpecOf(request.OldObject) is { } before && SpecOf(request.Object) is { } after && JsonElement.DeepEquals(before, after)) return AdmissionVerdict.Allowed;
        var verdict = Ratchet(request);
        return verdict with { Doubts = [.. verdict.Doubts, .. doubts] };
    }

    /// <summary>A change must make nothing worse: what was wrong before stays allowed, or a wrong build could not even be cancelled.</summary>
    private static AdmissionVerdict Ratchet(AdmissionRequest request)
    {
        var before = Validate(request.OldObject);
        var now = Validate(request.Object);
        var same = now.Where(before.Contains).ToHashSet();
        // An item that is put before it moves a mistake along its list: that does not make it a new one.
        var moved = before.Where(e => !same.Contains(e)).Select(Placeless).ToList();
        var known = now.Where(e => same.Contains(e) || moved.Remove(Placeless(e))).ToHashSet();
        return new([.. now.Where(e => !known.Contains(e)), .. Transition(request)], [.. known]);
    }

    private static ValidationError Placeless(ValidationError error) => error with { Path = Index().Replace(error.Path, "[]") };

    private static IReadOnlyList<ValidationError> Transition(AdmissionRequest request) =>
        request.Kind.Kind == ImageBuild.KindName && SpecOf(request.OldObject) is { } before && SpecOf(request.Object) is { } after
            ? BuildTransition.Check(before, after)
            : [];

    /// <summary>Unknown fields are the server's to refuse: one that is still there, if only with its default, is of a CRD that is newer than this operator.</summary>
    private static IReadOnlyList<ValidationError> Validate(JsonElement manifest) =>
        [.. ManifestValidator.Validate(manifest).Where(e => !e.Message.StartsWith("unknown field \"", StringComparison.Ordinal))];

    private static bool IsDeleting(JsonElement document) =>
        document.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty("deletionTimestamp", out var deletion) && deletion.ValueKind != JsonValueKind.Null;

    [GeneratedRegex(@"\[[0-9]+\]")]
    private static partial Regex Index();

    private static JsonElement? SpecOf(JsonElement document) => document.TryGetProperty("spec", out var spec) ? spec : null;
}
