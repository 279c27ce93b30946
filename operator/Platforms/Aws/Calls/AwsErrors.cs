using System.Net;
using Amazon.Runtime;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Aws.Calls;

/// <summary>What AWS's error codes mean. The lists are those of the EC2 API reference, by meaning.</summary>
internal static class AwsErrors
{
    private static readonly HashSet<string> Throttled =
    [
        "RequestLimitExceeded", "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "EC2ThrottledException", "SlowDown",
        "BandwidthLimitExceeded", "ProvisionedThroughputExceededException", "RequestThrottled", "RequestThrottledException", "TooManyUpdates",
        "SnapshotCreationPerVolumeRateExceeded",
    ];

    // Not yet, or no longer, in the state that the call needs: the cloud is still at it.
    private static readonly HashSet<string> Busy =
    [
        "DependencyViolation", "InvalidGroup.InUse", "InvalidSnapshot.InUse", "IncorrectInstanceState", "IncorrectState", "ResourceInUse", "DeleteConflict",
        "ConcurrentModification",
    ];

    private static readonly HashSet<string> Capacity =
    [
        "InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientReservedInstanceCapacity", "InsufficientCapacity", "InsufficientCapacityOnHost",
        "InsufficientAddressCapacity", "InsufficientFreeAddressesInSubnet", "InsufficientVolumeCapacity", "SpotMaxPriceTooLow", "Unsupported",
        "UnfulfillableCapacity", "InstanceTypeNotSupported",
    ];

    // Limits of the account, which another type or zone may not touch: instance types are counted apart.
    private static readonly HashSet<string> Quota =
    [
        "InstanceLimitExceeded", "VcpuLimitExceeded", "MaxSpotInstanceCountExceeded", "MaxSpotFleetRequestCountExceeded", "ResourceLimitExceeded",
        "SecurityGroupLimitExceeded", "VolumeLimitExceeded", "SnapshotLimitExceeded", "MaxIOPSLimitExceeded", "PendingSnapshotLimitExceeded",
        "ConcurrentSnapshotLimitExceeded", "TagLimitExceeded", "AddressLimitExceeded", "NetworkInterfaceLimitExceeded", "ParameterLimitExceeded",
        "AMIQuotaExceeded", "ImageLimitExceeded", "PrivateImageLimitExceeded", "ResourceCountLimitExceeded", "KeyPairLimitExceeded", "LimitExceeded",
        "LimitExceededException",
    ];

    private static readonly HashSet<string> Auth =
    [
        "UnauthorizedOperation", "AuthFailure", "AccessDenied", "AccessDeniedException", "ExpiredToken", "ExpiredTokenException", "RequestExpired",
        "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "OptInRequired", "Blocked", "PendingVerification",
        "MissingAuthenticationToken", "IncompleteSignature", "NotAuthorized", "InvalidSignatureException",
    ];

    private static readonly string[] Expired = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

    public static FailureKind KindOf(Exception e) => e switch
    {
        PlatformException p => p.Kind,
        AmazonServiceException { ErrorCode: { Length: > 0 } code } s => KindOf(code, s.StatusCode),
        AmazonServiceException { StatusCode: >= (HttpStatusCode)400 and < (HttpStatusCode)500 and not HttpStatusCode.TooManyRequests } => FailureKind.Terminal,
        AmazonServiceException or AmazonUnmarshallingException => FailureKind.Retryable,
        // The SDK says so when it finds no credentials, or their source does not answer.
        AmazonClientException => FailureKind.Auth,
        _ => FailureKind.Retryable,
    };

    /// <summary>Whether the call may have had its effect all the same.</summary>
    public static bool IsUnclear(Exception e) => KindOf(e) == FailureKind.Retryable && CodeOf(e) is not { } code
        || (CodeOf(e) is { } given && KindOf(e) == FailureKind.Retryable && !Throttled.Contains(given) && !Busy.Contains(given));

    public static bool IsThrottled(Exception e) => CodeOf(e) is { } code && Throttled.Contains(code);

    /// <summary>Whether EC2 does not know an instance profile, or does not know of its role.</summary>
    public static bool IsUnknownProfile(Exception e) => CodeOf(e) == "InvalidParameterValue" && e.Message.Contains("IAM Instance Profile", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it says that another AMI has the name, in AWS's words or in ours for them.</summary>
    public static bool IsNameTaken(Exception? e) => e is not null && (CodeOf(e) == "InvalidAMIName.Duplicate" || IsNameTaken(e.InnerException));

    public static string? CodeOf(Exception e) => e is AmazonServiceException { ErrorCode: { Length: > 0 } code } ? code : null;

    /// <summary>The failure as the engine knows them: names the call, AWS's code and the request's ID, which AWS's support asks for.</summary>
    public static PlatformException Translate(string service, string action, string reason, Exception e)
    {
        // The credentials' own word.
        if (e is PlatformException ours) return ours;
        var kind = KindOf(e);
        var code = CodeOf(e);
        var request = e is AmazonServiceException { RequestId: { Length: > 0 } id } ? $" (request {id})" : "";
        var message = $"{service}:{action}: {(code is null ? "" : code + ": ")}{Text(e)}{request}";
        return new(kind, ReasonOf(kind, reason), message, HintOf(kind, service, action, code), e);
    }

    private static FailureKind KindOf(string code, HttpStatusCode status) => code switch
    {
        _ when Throttled.Contains(code) || Busy.Contains(code) => FailureKind.Retryable,
        _ when Capacity.Contains(code) => FailureKind.Capacity,
        _ when Quota.Contains(code) => FailureKind.Quota,
        _ when Auth.Contains(code) => FailureKind.Auth,
        "ParameterNotFound" or "DoesNotExistException" or "InvalidKeyPair.NotFound" or "NoSuchEntity" or "InvalidGrantIdException" => FailureKind.NotFound,
        _ when code.EndsWith(".NotFound", StringComparison.Ordinal) || code.EndsWith("NotFoundException", StringComparison.Ordinal)
            || code is "InvalidAMIID.Unavailable" or "InvalidPermission.NotFound" => FailureKind.NotFound,
        _ => (int)status >= 500 || (int)status == 429 || status == 0 ? FailureKind.Retryable : FailureKind.Terminal,
    };

    private static string ReasonOf(FailureKind kind, string reason) => kind switch
    {
        FailureKind.Auth => Reasons.Unauthorized,
        FailureKind.Capacity or FailureKind.Quota => Reasons.NoCapacity,
        _ => reason,
    };

    private static string? HintOf(FailureKind kind, string service, string action, string? code) => kind switch
    {
        FailureKind.Auth when code is null => "give the builder credentials: see docs/platforms/aws.md",
        FailureKind.Auth when Expired.Contains(code) => "the credentials have expired and were not renewed: use a role instead of a session's keys",
        FailureKind.Auth => $"the policy of the builder's credentials must allow {service}:{action}; docs/platforms/aws.md has all that a build needs",
        FailureKind.Capacity => "name more instanceTypes, or subnets of other zones: they are tried in order",
        FailureKind.Quota => $"have the quota behind {code} raised (Service Quotas), name other instanceTypes, or build fewer targets at once",
        FailureKind.Retryable => "AWS did not recover in time: see its status page, and build again",
        _ => null,
    };

    private static string Text(Exception e)
    {
        var text = e.Message.ReplaceLineEndings(" ").Trim();
        return text.Length <= 600 ? text : text[..600] + "…";
    }
}
