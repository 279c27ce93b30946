using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Publishing.S3;

/// <summary>Calls S3, again where that may help, and translates its errors.</summary>
internal sealed class S3Calls(Place place, Func<IAmazonS3> client)
{
    private static readonly string[] Transient =
        ["InternalError", "SlowDown", "ServiceUnavailable", "RequestTimeout", "RequestTimeTooSkewed", "OperationAborted", "Throttling", "ThrottlingException", "BadDigest", "XAmzContentSHA256Mismatch"];

    private static readonly string[] Refused =
        ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AllAccessDisabled", "AccountProblem", "KMS.DisabledException", "TokenRefreshRequired"];

    public Task<T> RunAsync<T>(string operation, Func<IAmazonS3, Task<T>> call, CancellationToken cancellationToken) =>
        place.Retries.RunAsync(() => Work.CallAsync("s3", operation, () => OnceAsync(operation, call, cancellationToken)), cancellationToken);

    /// <returns>Null where there is no such thing.</returns>
    public async Task<T?> FindAsync<T>(string operation, Func<IAmazonS3, Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await RunAsync(operation, call, cancellationToken).ConfigureAwait(false);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    private async Task<T> OnceAsync<T>(string operation, Func<IAmazonS3, Task<T>> call, CancellationToken cancellationToken)
    {
        var field = $"{place.Field}.s3";
        try
        {
            return await call(client()).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "NoSuchUpload" or "NoSuchKey" or "NotFound" || e.StatusCode == HttpStatusCode.NotFound)
        {
            throw new PlatformException(FailureKind.NotFound, Api.Conditions.Reasons.DistributionFailed, $"{field}: {operation}: {e.Message}", inner: e);
        }
        catch (AmazonServiceException e) when (Transient.Contains(e.ErrorCode) || (int)e.StatusCode >= 500 || e.StatusCode == HttpStatusCode.TooManyRequests)
        {
            if (e.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) Work.Throttled();
            throw PublishFailure.Unreachable(field, $"{operation}: {e.ErrorCode}: {e.Message}", "look at the storage's health, then run the build again", e);
        }
        catch (AmazonServiceException e) when (Refused.Contains(e.ErrorCode) || e.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            throw PublishFailure.Refused(
                field, $"{operation}: {e.ErrorCode}: {e.Message}",
                "the credentials need s3:PutObject, s3:GetObject, s3:DeleteObject, s3:AbortMultipartUpload and s3:ListMultipartUploadParts on the objects, s3:ListBucketMultipartUploads on the bucket", e);
        }
        catch (AmazonServiceException e) when (e.StatusCode != 0)
        {
            throw PublishFailure.Failed(field, $"{operation}: {e.ErrorCode}: {e.Message}", inner: e);
        }
        catch (Exception e) when (e is AmazonClientException or HttpRequestException or IOException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            throw PublishFailure.Unreachable(field, $"{operation}: {Innermost(e)}", "check endpoint and region, that the builder may reach the storage, and the credentials", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw PublishFailure.Unreachable(field, $"{operation}: no answer in time", inner: e);
        }
    }

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;
}
