using System.Text.Json;
using ImageOperator.Runtime.Client;

namespace ImageOperator.Controller.Webhooks;

/// <summary>The webhook. It is served by every replica, leading or not, over TLS only.</summary>
internal static class AdmissionEndpoint
{
    public const string Path = "/validate";

    /// <summary>An update carries the object twice, and etcd takes 1.5 MiB of one.</summary>
    public const long LargestBody = 8 << 20;

    public static void MapAdmission(this IEndpointRouteBuilder routes, ILogger logger) => routes.MapPost(Path, context => AnswerAsync(context, logger));

    private static async Task AnswerAsync(HttpContext context, ILogger logger)
    {
        // The port of the probes is not ours.
        if (!context.Request.IsHttps)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (await ReadAsync(context).ConfigureAwait(false) is not { } request)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($"not an AdmissionReview of {AdmissionReview.Version} with a request", context.RequestAborted).ConfigureAwait(false);
            return;
        }

        var answer = new AdmissionReview { Response = Judge(request, logger) };
        await context.Response.WriteAsJsonAsync(answer, RuntimeJson.Options, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<AdmissionRequest?> ReadAsync(HttpContext context)
    {
        try
        {
            var review = await JsonSerializer.DeserializeAsync<AdmissionReview>(context.Request.Body, RuntimeJson.Options, context.RequestAborted).ConfigureAwait(false);
            return review is { ApiVersion: AdmissionReview.Version, Request: { Uid.Length: > 0 } request } ? request : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AdmissionResponse Judge(AdmissionRequest request, ILogger logger)
    {
        try
        {
            var verdict = AdmissionJudge.Judge(request);
            if (verdict.Errors.Count > 0) AdmissionLog.Refused(logger, request.Kind.Kind, new(request.Namespace ?? "", request.Name ?? ""), verdict.Errors[0].ToString(), verdict.Errors.Count);
            return AdmissionAnswer.Of(request, verdict);
        }
        catch (Exception e)
        {
            // A defect of ours must not keep anyone from working.
            AdmissionLog.Unjudged(logger, e, request.Kind.Kind, new(request.Namespace ?? "", request.Name ?? ""));
            return AdmissionAnswer.Unjudged(request);
        }
    }
}
