using Azure;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Tracing;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>Calls Azure Blob Storage, again where that may help, and translates its errors.</summary>
internal sealed class AzureCalls(Place place, Func<AzureAccess> access)
{
    private const string Rights = "the identity needs the role Storage Blob Data Contributor on the container, a SAS the permissions racwdl";

    public AzureAccess Access => access();

    public Task<T> RunAsync<T>(string operation, Func<BlobContainerClient, Task<T>> call, CancellationToken cancellationToken) =>
        place.Retries.RunAsync(() => Work.CallAsync("azureBlob", operation, () => OnceAsync(operation, call, cancellationToken)), cancellationToken);

    /// <returns>Null where there is no such thing.</returns>
    public async Task<T?> FindAsync<T>(string operation, Func<BlobContainerClient, Task<T>> call, CancellationToken cancellationToken)
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

    /// <returns>False where the call's condition is not met: another one was there meanwhile.</returns>
    public Task<bool> TryAsync(string operation, Func<BlobContainerClient, Task> call, CancellationToken cancellationToken) => RunAsync(operation, async container =>
    {
        try
        {
            await call(container).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412 || e.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            return false;
        }
    }, cancellationToken);

    private async Task<T> OnceAsync<T>(string operation, Func<BlobContainerClient, Task<T>> call, CancellationToken cancellationToken)
    {
        var field = $"{place.Field}.azureBlob";
        try
        {
            return await call(access().Container).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            throw PublishFailure.Failed($"{field}.container", $"{operation}: there is no such container", "create it, or correct container, account and endpoint", e);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new PlatformException(FailureKind.NotFound, Api.Conditions.Reasons.DistributionFailed, $"{field}: {operation}: {Words(e)}", inner: e);
        }
        catch (RequestFailedException e) when (e.Status is >= 500 or 429 or 408 || e.ErrorCode == BlobErrorCode.Md5Mismatch)
        {
            if (e.Status is 503 or 429) Work.Throttled();
            throw PublishFailure.Unreachable(field, $"{operation}: {Words(e)}", "look at the storage's health, then run the build again", e);
        }
        catch (RequestFailedException e) when (e.Status is 401 or 403)
        {
            throw PublishFailure.Refused(field, $"{operation}: {Words(e)}", Rights, e);
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlobType || e.ErrorCode == BlobErrorCode.UnauthorizedBlobOverwrite)
        {
            throw PublishFailure.Failed(field, $"{operation}: a blob of another kind stands under the same name: {Words(e)}", "delete it, or choose another name or blobPrefix", e);
        }
        catch (RequestFailedException e) when (e.Status != 0)
        {
            throw PublishFailure.Failed(field, $"{operation}: {Words(e)}", inner: e);
        }
        catch (AuthenticationFailedException e)
        {
            throw PublishFailure.Refused(field, $"{operation}: no token: {FirstLine(e.Message)}", "check the Secret that secretRef names, or the pod's identity; " + Rights, e);
        }
        catch (Exception e) when (e is RequestFailedException or HttpRequestException or IOException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            throw PublishFailure.Unreachable(field, $"{operation}: {FirstLine(Innermost(e))}", "check account and endpoint, and that the builder may reach the storage", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw PublishFailure.Unreachable(field, $"{operation}: no answer in time", inner: e);
        }
    }

    // The whole message has all headers in it.
    private static string Words(RequestFailedException e) => $"{e.ErrorCode ?? "no error code"} ({e.Status}): {FirstLine(e.Message)}";

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private static string Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e.Message;
}
