using System.Text.Json;
using System.Text.RegularExpressions;
using Azure;
using Azure.Identity;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Azure.Calls;

/// <summary>What Azure's error codes mean.</summary>
internal static partial class AzureErrors
{
    private static readonly HashSet<string> Throttled = ["TooManyRequests", "SubscriptionRequestsThrottled", "ResourceRequestsThrottled", "OperationRateLimitExceeded", "TooManyRequestsReceived"];

    // Not yet, or no longer, in the state that the call needs: the cloud is still at it.
    private static readonly HashSet<string> Busy =
    [
        "AnotherOperationInProgress", "RetryableError", "RetryableErrorDueToAnotherOperation", "Conflict", "OperationPreempted", "NicInUse", "NicReservedForAnotherVm",
        "InUseSubnetCannotBeDeleted", "InUseNetworkSecurityGroupCannotBeDeleted", "PublicIPAddressCannotBeDeleted", "InUseVirtualNetworkCannotBeDeleted", "ResourceGroupBeingDeleted",
        "AttachDiskWhileBeingDetached", "DiskInUse", "ReferencedResourceNotProvisioned", "OperationNotAllowedOnVMBeingDeleted",
    ];

    private static readonly HashSet<string> Capacity =
    [
        "AllocationFailed", "ZonalAllocationFailed", "OverconstrainedAllocationRequest", "OverconstrainedZonalAllocationRequest", "SkuNotAvailable", "AvailabilityZoneNotSupported",
        "SkuNotAvailableInZone", "SpotVirtualMachineEvicted", "AllocationTimedOut",
    ];

    private static readonly HashSet<string> Quota =
    [
        "QuotaExceeded", "ResourceQuotaExceeded", "PublicIPCountLimitReached", "SubscriptionPublicIPCountLimitReached", "NetworkInterfaceCountLimitReached", "ResourceCountExceedsLimitDueToTemplate",
        "SnapshotCountExceeded", "ResourceGroupQuotaExceeded", "SpotQuotaExceeded",
    ];

    private static readonly HashSet<string> Auth =
    [
        "AuthorizationFailed", "LinkedAuthorizationFailed", "InvalidAuthenticationToken", "ExpiredAuthenticationToken", "AuthenticationFailed", "InvalidAuthenticationTokenTenant",
        "AuthenticationFailedMissingToken", "LinkedAccessCheckFailed", "UnauthorizedClientApplication",
        // Their 404 is about who asks, and not about what was asked for.
        "SubscriptionNotFound", "InvalidSubscriptionId", "TenantNotFound", "InvalidTenant",
    ];

    // The only words for a resource that there is none of: other things that are not found, such as a subscription, say nothing of it.
    private static readonly HashSet<string> Gone = ["ResourceNotFound", "ResourceGroupNotFound", "ParentResourceNotFound", "NotFound"];

    /// <summary>Whether Azure has said that what was asked for does not exist.</summary>
    public static bool IsGone(PlatformException e) => e.Kind == FailureKind.NotFound && CodeOf(e) is { } code && Gone.Contains(code);

    public static FailureKind KindOf(Exception e) => e switch
    {
        PlatformException p => p.Kind,
        RequestFailedException r => KindOf(r),
        // Where the tokens come from did not answer, which is no refusal.
        AuthenticationFailedException { InnerException: { } inner } when IsUnreachable(inner) => FailureKind.Retryable,
        AuthenticationFailedException => FailureKind.Auth,
        AggregateException { InnerExceptions: [var one, ..] } => KindOf(one),
        _ => FailureKind.Retryable,
    };

    /// <summary>Whether the call may have had its effect all the same.</summary>
    public static bool IsUnclear(Exception e) => KindOf(e) == FailureKind.Retryable && !IsThrottled(e) && !(CodeOf(e) is { } code && Busy.Contains(code));

    public static bool IsThrottled(Exception e) => e is RequestFailedException r && (r.Status == 429 || Throttled.Contains(CodeOf(r) ?? ""));

    public static string? CodeOf(Exception e) => e switch
    {
        RequestFailedException { ErrorCode: { Length: > 0 } code } => code,
        PlatformException { InnerException: { } inner } => CodeOf(inner),
        _ => null,
    };

    /// <summary>The failure as the engine knows them: names the action, Azure's code and the request's ID, which Azure's support asks for.</summary>
    public static PlatformException Translate(string action, string reason, Exception e)
    {
        // The credentials' own word.
        if (Own(e) is { } ours) return ours;
        var kind = KindOf(e);
        var code = CodeOf(e);
        var request = (e as RequestFailedException)?.GetRawResponse()?.Headers.TryGetValue("x-ms-request-id", out var id) == true ? $" (request {id})" : "";
        return new(kind, ReasonOf(kind, reason), $"{action}: {(code is null ? "" : code + ": ")}{Text(e)}{request}", HintOf(kind, action, code, e), e);
    }

    private static PlatformException? Own(Exception e) => e as PlatformException ?? (e is AuthenticationFailedException { InnerException: PlatformException inner } ? inner : null);

    private static bool IsUnreachable(Exception e) => e switch
    {
        RequestFailedException r => r.Status is 0 or 429 or >= 500,
        HttpRequestException or IOException or TaskCanceledException => true,
        AggregateException a => a.InnerExceptions.All(IsUnreachable),
        { InnerException: { } inner } => IsUnreachable(inner),
        _ => false,
    };

    private static FailureKind KindOf(RequestFailedException e) => CodeOf(e) switch
    {
        { } code when Throttled.Contains(code) || Busy.Contains(code) => FailureKind.Retryable,
        { } code when Capacity.Contains(code) => FailureKind.Capacity,
        { } code when Quota.Contains(code) => FailureKind.Quota,
        // The same code stands for other things, too.
        "OperationNotAllowed" when e.Message.Contains("quota", StringComparison.OrdinalIgnoreCase) => FailureKind.Quota,
        { } code when Auth.Contains(code) => FailureKind.Auth,
        { } code when code.EndsWith("NotFound", StringComparison.Ordinal) => FailureKind.NotFound,
        "RequestDisallowedByPolicy" or "ScopeLocked" => FailureKind.Terminal,
        _ => e.Status switch
        {
            401 or 403 => FailureKind.Auth,
            // Without a code it is not Azure that answers, but something in between.
            404 => CodeOf(e) is null ? FailureKind.Retryable : FailureKind.NotFound,
            0 or 408 or 429 or >= 500 => FailureKind.Retryable,
            _ => FailureKind.Terminal,
        },
    };

    private static string ReasonOf(FailureKind kind, string reason) => kind switch
    {
        FailureKind.Auth => Reasons.Unauthorized,
        FailureKind.Capacity or FailureKind.Quota => Reasons.NoCapacity,
        _ => reason,
    };

    private static string? HintOf(FailureKind kind, string action, string? code, Exception e) => code switch
    {
        "ExpiredAuthenticationToken" or "InvalidAuthenticationInfo" => "the token has expired and was not renewed: is the builder's clock right?",
        "AuthorizationFailure" => "the storage account's network rules keep the builder out: let its network in, or have it build elsewhere",
        "InvalidAuthenticationToken" or "InvalidAuthenticationTokenTenant" => "the token is of another directory or cloud: see the platform's tenantId, cloud and audience",
        "RequestDisallowedByPolicy" => "a policy of the subscription forbids it: its name stands in the message; change the target so that it complies, or have an exemption made",
        "ScopeLocked" => "a lock on the resource or its group forbids it: take the lock off, or choose another group",
        "SubscriptionNotFound" => "the subscription does not exist in the credentials' directory, or no role in it is assigned to them",
        "MarketplacePurchaseEligibilityFailed" or "ResourcePurchaseValidationFailed" or "VMMarketplaceInvalidInput" or "ResourcePurchaseCanceled" =>
            "accept the terms of the Marketplace's image in the subscription: az vm image terms accept",
        _ => kind switch
        {
            FailureKind.Auth when e is AuthenticationFailedException => "the directory gave no token: see docs/platforms/azure.md for the kinds of credentials",
            FailureKind.Auth => $"a role that is assigned to the builder's credentials must allow {action}; docs/platforms/azure.md has all that a build needs",
            FailureKind.Capacity => "name more vmSizes, or zones: they are tried in order",
            FailureKind.Quota => $"have {QuotaOf(e)} raised (Quotas in the portal), name vmSizes of other families, or build fewer targets at once",
            FailureKind.Retryable => "Azure did not recover in time: see its status page, and build again",
            _ => null,
        },
    };

    /// <summary>The quota's name, where the message has one.</summary>
    private static string QuotaOf(Exception e) => QuotaName().Match(Text(e)) is { Success: true } found ? $"the quota {found.Groups[1].Value}" : "the quota that the message names";

    [GeneratedRegex("(?:exceeding (?:approved|quota limits of)|approved) '?([A-Za-z0-9_]+)'?(?: Cores)? quota", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex QuotaName();

    // The SDK appends status, content and headers to what Azure says.
    private static string Text(Exception e)
    {
        var text = e switch
        {
            RequestFailedException failed when failed.GetRawResponse() is { } response && Said(response) is { } said => said,
            // The directory's own word, such as AADSTS7000215, is that of the cause.
            AuthenticationFailedException { InnerException: { } inner } when !e.Message.Contains("AADSTS", StringComparison.Ordinal) => $"{FirstLine(e.Message)} {FirstLine(inner.Message)}",
            _ => FirstLine(e.Message),
        };
        text = text.ReplaceLineEndings(" ").Trim();
        return text.Length <= 600 ? text : text[..600] + "…";
    }

    private static string FirstLine(string text) => text.ReplaceLineEndings("\n").Split('\n')[0];

    private static string? Said(Response response)
    {
        try
        {
            using var answer = JsonDocument.Parse(response.Content.ToMemory());
            var error = answer.RootElement.TryGetProperty("error", out var inner) ? inner : answer.RootElement;
            return error.TryGetProperty("message", out var message) ? message.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
