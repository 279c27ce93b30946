using System.Net;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Gcp.Cloud;

/// <summary>What Google says when a call goes wrong; null where it says nothing.</summary>
internal static class GoogleFaults
{
    public static GoogleAnswer? Of(FaultKind kind, GoogleRequest request) => kind == FaultKind.Denied ? Denied(GoogleRoles.Needed(request)[0], request) : Of(kind);

    public static GoogleAnswer? Of(FaultKind kind) => kind switch
    {
        FaultKind.Throttle => GoogleAnswer.Error(HttpStatusCode.Forbidden, "rateLimitExceeded", "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com'"),
        FaultKind.ServerError => GoogleAnswer.Error(HttpStatusCode.ServiceUnavailable, "backendError", "Backend Error"),
        FaultKind.Capacity => GoogleAnswer.Error(HttpStatusCode.ServiceUnavailable, "ZONE_RESOURCE_POOL_EXHAUSTED", "The zone does not have enough resources available to fulfill the request."),
        FaultKind.Quota => GoogleAnswer.Error(HttpStatusCode.Forbidden, "quotaExceeded", "Quota 'CPUS' exceeded.  Limit: 24.0 in region europe-west3."),
        FaultKind.Expired => GoogleAnswer.Error(HttpStatusCode.Unauthorized, "authError", "Request had invalid authentication credentials."),
        _ => null,
    };

    public static GoogleAnswer Denied(string permission, GoogleRequest request) =>
        GoogleAnswer.Error(HttpStatusCode.Forbidden, "forbidden", $"Required '{permission}' permission for '{request.Link}'");
}
