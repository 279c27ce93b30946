using System.Net;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>What AWS says when a call goes wrong; null where it says nothing.</summary>
internal static class FaultAnswers
{
    public static AwsAnswer? Of(FaultKind kind, AwsRequest request) => kind switch
    {
        FaultKind.Throttle => AwsAnswer.Error(request.Service, request.Service == "ec2" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.BadRequest, request.Service == "ec2" ? "RequestLimitExceeded" : "ThrottlingException", "Request limit exceeded."),
        FaultKind.ServerError => AwsAnswer.Error(request.Service, HttpStatusCode.InternalServerError, "InternalError", "An internal error has occurred"),
        FaultKind.Capacity => AwsAnswer.Error(request.Service, HttpStatusCode.InternalServerError, "InsufficientInstanceCapacity", "We currently do not have sufficient capacity in the Availability Zone you requested."),
        FaultKind.Quota => AwsAnswer.Error(request.Service, HttpStatusCode.BadRequest, "VcpuLimitExceeded", "You have requested more vCPU capacity than your current vCPU limit allows."),
        FaultKind.Expired => AwsAnswer.Error(request.Service, HttpStatusCode.BadRequest, "RequestExpired", "Request has expired."),
        FaultKind.Denied => AwsAnswer.Error(request.Service, HttpStatusCode.Forbidden, "UnauthorizedOperation", "You are not authorized to perform this operation."),
        _ => null,
    };
}
