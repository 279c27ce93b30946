using System.Net;
using System.Text.RegularExpressions;
using Google.Apis.Auth.OAuth2.Responses;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>Tells Google's errors as the engine knows them.</summary>
internal static partial class GcpErrors
{
    private static readonly HashSet<string> Throttled =
        ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "operationRateExceeded", "OPERATION_RATE_EXCEEDED", "concurrentOperationsQuotaExceeded", "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED"];

    // Not yet, or no longer, in the state that the call needs: the cloud is still at it.
    private static readonly HashSet<string> Busy =
        ["resourceNotReady", "RESOURCE_NOT_READY", "resourceInUseByAnotherResource", "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", "conditionNotMet", "CONDITION_NOT_MET", "RESOURCE_OPERATION_RATE_EXCEEDED", "resourceOperationRateExceeded"];

    private static readonly HashSet<string> Capacity =
    [
        "ZONE_RESOURCE_POOL_EXHAUSTED", "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", "STOCKOUT", "REGION_RESOURCE_POOL_EXHAUSTED", "INSUFFICIENT_CAPACITY",
        "IP_SPACE_EXHAUSTED", "IP_SPACE_EXHAUSTED_WITH_DETAILS", "UNSUPPORTED_MACHINE_TYPE_IN_ZONE",
    ];

    // Others have changed it meanwhile: who reads it anew may succeed.
    private static readonly HashSet<string> Outdated = ["aborted", "ABORTED"];

    // Words of operations that say nothing of the request.
    private static readonly HashSet<string> Transient = ["INTERNAL_ERROR", "BACKEND_ERROR", "UNAVAILABLE", "internalError", "backendError"];

    private const string ServiceAccountDenied = "SERVICE_ACCOUNT_ACCESS_DENIED";

    private static readonly HashSet<string> Quota = ["quotaExceeded", "QUOTA_EXCEEDED", "limitExceeded", "LIMIT_EXCEEDED", "QUOTA_FOR_INSTANCES"];

    private static readonly HashSet<string> Auth =
    [
        "authError", "forbidden", "FORBIDDEN", "PERMISSIONS_ERROR", "PERMISSION_DENIED", "UNAUTHENTICATED", "required", "accessNotConfigured", "SERVICE_DISABLED", "insufficientPermissions",
        "invalid_grant", "invalid_client", "unauthorized_client", "access_denied", "invalid_target", "invalid_request", "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    ];

    public static FailureKind KindOf(Exception e) => e switch
    {
        PlatformException p => p.Kind,
        GcpException g => KindOf(g),
        TokenResponseException { StatusCode: null or >= (HttpStatusCode)500 or HttpStatusCode.TooManyRequests } => FailureKind.Retryable,
        TokenResponseException => FailureKind.Auth,
        // The library says so when it finds no credentials, or cannot read them.
        InvalidOperationException or FormatException or FileNotFoundException or DirectoryNotFoundException => FailureKind.Auth,
        _ => FailureKind.Retryable,
    };

    /// <summary>Whether the call may have had its effect all the same.</summary>
    public static bool IsUnclear(Exception e) => e is not (PlatformException or TokenResponseException) && KindOf(e) == FailureKind.Retryable
        && (CodeOf(e) is not { } code || (!Throttled.Contains(code) && !Busy.Contains(code)));

    public static bool IsThrottled(Exception e) => e is GcpException g && ((g.Code is { } code && Throttled.Contains(code)) || g.Status == HttpStatusCode.TooManyRequests);

    public static string? CodeOf(Exception? e) => e switch
    {
        GcpException g => g.Code,
        PlatformException p => CodeOf(p.InnerException),
        _ => null,
    };

    /// <summary>Whether another request for the same may do what this one's operation did not.</summary>
    public static bool IsWorthAnotherRequest(PlatformException e) => e is { Kind: FailureKind.Retryable, InnerException: GcpException { IsOperations: true } };

    /// <summary>Whether someone has it already.</summary>
    public static bool IsTaken(PlatformException e) => CodeOf(e) is "alreadyExists" or "ALREADY_EXISTS" or "RESOURCE_ALREADY_EXISTS";

    /// <summary>Whether others changed it meanwhile, or an earlier try of ours whose answer was lost: it must be read anew, for the same call would be refused again.</summary>
    public static bool IsOutdated(Exception e) => e switch
    {
        PlatformException { Kind: FailureKind.Retryable, InnerException: { } inner } => IsOutdated(inner),
        GcpException { Status: HttpStatusCode.PreconditionFailed } => true,
        GcpException { Code: { } code } => Outdated.Contains(code),
        _ => false,
    };

    /// <summary>The failure as the engine knows them: names the call and Google's code.</summary>
    public static PlatformException Translate(string method, string reason, Exception e)
    {
        // The credentials' own word.
        if (e is PlatformException ours) return ours;
        var kind = KindOf(e);
        var code = CodeOf(e);
        var text = e.Message.ReplaceLineEndings(" ").Trim();
        var message = $"{method}: {(code is null ? "" : code + ": ")}{(text.Length <= 600 ? text : text[..600] + "…")}";
        return new(kind, ReasonOf(kind, reason), message, HintOf(kind, method, code, text), e);
    }

    private static FailureKind KindOf(GcpException e) => e.Code switch
    {
        // It has the code of what was changed meanwhile, and stands until the organization changes it.
        _ when OrganizationPolicy.In(e.Message) is not null => FailureKind.Terminal,
        { } code when Throttled.Contains(code) || Busy.Contains(code) || Transient.Contains(code) || Outdated.Contains(code) => FailureKind.Retryable,
        { } code when Capacity.Contains(code) => FailureKind.Capacity,
        { } code when Quota.Contains(code) => FailureKind.Quota,
        // A machine type that a zone does not have: another zone may.
        "notFound" or "RESOURCE_NOT_FOUND" or "invalid" when MachineType().IsMatch(e.Message) => FailureKind.Capacity,
        "notFound" or "RESOURCE_NOT_FOUND" or "NOT_FOUND" => FailureKind.NotFound,
        ServiceAccountDenied => FailureKind.Auth,
        { } code when Auth.Contains(code) && (int)e.Status < 500 => FailureKind.Auth,
        _ => e.Status switch
        {
            HttpStatusCode.NotFound when e.Code is not null => FailureKind.NotFound,
            HttpStatusCode.Unauthorized => FailureKind.Auth,
            HttpStatusCode.PreconditionFailed => FailureKind.Retryable,
            >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or 0 => FailureKind.Retryable,
            _ => FailureKind.Terminal,
        },
    };

    private static string ReasonOf(FailureKind kind, string reason) => kind switch
    {
        FailureKind.Auth => Reasons.Unauthorized,
        FailureKind.Capacity or FailureKind.Quota => Reasons.NoCapacity,
        _ => reason,
    };

    private static string? HintOf(FailureKind kind, string method, string? code, string text) => kind switch
    {
        _ when OrganizationPolicy.In(text) is { } constraint => OrganizationPolicy.HintOf(constraint),
        FailureKind.Auth when code is null => "give the builder credentials: see docs/platforms/google-cloud.md",
        FailureKind.Auth when code is ServiceAccountDenied => "the builder needs roles/iam.serviceAccountUser on the service account that gcp.serviceAccount names",
        FailureKind.Auth when code is "accessNotConfigured" or "SERVICE_DISABLED" => $"switch the API on in the project: gcloud services enable {method[..method.IndexOf('.', StringComparison.Ordinal)]}.googleapis.com",
        FailureKind.Auth when code is "authError" or "UNAUTHENTICATED" or "invalid_grant" =>
            "Google does not take the credentials: they may have been revoked, or the clock of the node is wrong",
        FailureKind.Auth when Permission().Match(text) is { Success: true } missing =>
            $"the builder needs the permission {missing.Groups[1].Value}; the role in docs/platforms/google-cloud.md has all that a build needs",
        FailureKind.Auth => $"the builder needs {string.Join(", ", Permissions.Of(method).DefaultIfEmpty("a permission"))}; the role in docs/platforms/google-cloud.md has all that a build needs",
        FailureKind.Capacity => "name more zones or machineTypes: they are tried in order",
        FailureKind.Quota => $"have the quota {(QuotaName().Match(text) is { Success: true } quota ? quota.Groups[1].Value : "that the message names")} raised, name zones of other regions or other machineTypes, or build fewer targets at once",
        FailureKind.Retryable => "Google Cloud did not recover in time: see its status page, and build again",
        _ => null,
    };

    [GeneratedRegex("'([a-z]+\\.[A-Za-z]+\\.[A-Za-z]+)' (permission|denied)")]
    private static partial Regex Permission();

    [GeneratedRegex("[Qq]uota '([A-Za-z0-9_-]+)'")]
    private static partial Regex QuotaName();

    [GeneratedRegex("/machineTypes/[a-z0-9-]+'?\\.? .*(not found|does not exist)|[Mm]achine type .* does not exist in zone")]
    private static partial Regex MachineType();
}
