using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Access;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Sweep;

namespace ImageOperator.Platforms.Aws;

/// <summary>Asks AWS who the builder is, through the whole chain of credentials. The call needs no permission and costs nothing.</summary>
/// <param name="options">How AWS is reached where the platform says nothing of it.</param>
public sealed class AwsProbe(AwsOptions? options = null) : IPlatformProbe
{
    private readonly AwsOptions _options = options ?? new AwsOptions();

    /// <inheritdoc/>
    public bool Supports(ImagePlatformSpec platform) => platform?.Aws is not null;

    /// <inheritdoc/>
    public async Task<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            var access = AwsAccess.Of(_options, region: null, new PlatformAccess(context.Platform, context.Credentials));
            using var sts = new AmazonSecurityTokenServiceClient(AwsClients.Configured(new AmazonSecurityTokenServiceConfig(), access, access.Region));
            var who = await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken).ConfigureAwait(false);
            return new() { Outcome = ProbeOutcome.Works, Message = $"AWS account {who.Account} in {access.Region} answers to {who.Arn}", Identity = who.Arn, Strays = await Reaping.RunAsync(_options, context, cancellationToken).ConfigureAwait(false) };
        }
        catch (PlatformException e)
        {
            return Result(e);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            return Result(AwsErrors.Translate("sts", "GetCallerIdentity", Reasons.Unauthorized, e));
        }
    }

    private static ProbeResult Result(PlatformException e) => new()
    {
        // An answer without a code of AWS is not AWS's: a proxy's, or another server's.
        Outcome = e.Kind is FailureKind.Auth or FailureKind.Terminal or FailureKind.NotFound && (e.InnerException is null || AwsErrors.CodeOf(e.InnerException) is not null)
            ? ProbeOutcome.Refused
            : ProbeOutcome.Failed,
        Message = e.Hint is null ? e.Message : $"{e.Message}: {e.Hint}",
    };
}
