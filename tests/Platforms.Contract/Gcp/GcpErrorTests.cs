using System.Net;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Gcp.Calls;

namespace ImageOperator.Platforms.Contract.Tests.Gcp;

/// <summary>Google's words, as people have posted them, and what the engine makes of them.</summary>
[Trait("Category", "Cloud")]
public sealed class GcpErrorTests
{
    [Theory]
    [InlineData(400, "SERVICE_ACCOUNT_ACCESS_DENIED", "The user does not have access to service account 'vm@p.iam.gserviceaccount.com'.", FailureKind.Auth, "roles/iam.serviceAccountUser")]
    [InlineData(400, "invalid", "Machine type with name 'e9-medium' does not exist in zone 'europe-west3-a'.", FailureKind.Capacity, "more zones")]
    [InlineData(408, null, "HTTP status 408", FailureKind.Retryable, "did not recover")]
    [InlineData(412, "conditionNotMet", "Constraint constraints/compute.vmExternalIpAccess violated for project 1.", FailureKind.Terminal, "connect: Iap")]
    [InlineData(412, "CONDITION_NOT_MET", "Constraint constraints/compute.someNewOne violated for project 1.", FailureKind.Terminal, "constraints/compute.someNewOne")]
    [InlineData(412, "conditionNotMet", "Labels fingerprint either invalid or resource labels have changed", FailureKind.Retryable, "did not recover")]
    public void Error_HasItsKindAndHint(int status, string? code, string message, FailureKind kind, string hint)
    {
        var failure = GcpErrors.Translate("compute.instances.insert", Reasons.MachineFailed, new GcpException((HttpStatusCode)status, code, message));

        Assert.Equal(kind, failure.Kind);
        Assert.Contains(hint, failure.Hint, StringComparison.Ordinal);
        Assert.Equal(kind == FailureKind.Retryable && status == 412, GcpErrors.IsOutdated(failure));
    }
}
