using Azure.Core;
using Azure.Identity;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Access;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;
using ImageOperator.Platforms.Azure.Sweep;

namespace ImageOperator.Platforms.Azure;

/// <summary>Gets a token, through the whole chain of credentials, and reads the subscription with it. That costs nothing.</summary>
/// <param name="options">How Azure is reached where the platform says nothing of it.</param>
public sealed class AzureProbe(AzureOptions? options = null) : IPlatformProbe
{
    private readonly AzureOptions _options = options ?? new AzureOptions();

    /// <inheritdoc/>
    public bool Supports(ImagePlatformSpec platform) => platform?.Azure is not null;

    /// <inheritdoc/>
    public async Task<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            var access = AzureAccess.Of(_options, location: null, new PlatformAccess(context.Platform, context.Credentials));
            var token = await access.Credential.GetTokenAsync(new TokenRequestContext([access.Environment.DefaultScope]), cancellationToken).ConfigureAwait(false);
            using var clients = new AzureClients(access);
            var found = await clients.Subscription.GetAsync(cancellationToken).ConfigureAwait(false);
            var who = TokenIdentity.Of(token.Token);
            return new()
            {
                Outcome = ProbeOutcome.Works,
                Message = $"Azure subscription {found.Value.Data.DisplayName} ({access.SubscriptionId}) answers{(who is null ? "" : $" to {who}")}",
                Identity = who,
                Strays = await Reaping.RunAsync(_options, context, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (PlatformException e)
        {
            return Result(e);
        }
        catch (Exception e) when (e is global::Azure.RequestFailedException or AuthenticationFailedException or HttpRequestException or IOException or AggregateException)
        {
            return Result(AzureErrors.Translate("Microsoft.Resources/subscriptions/read", Reasons.Unauthorized, e));
        }
    }

    private static ProbeResult Result(PlatformException e) => new()
    {
        // An answer without a code of Azure is not Azure's: a proxy's, or another server's.
        Outcome = e.Kind is FailureKind.Auth or FailureKind.Terminal or FailureKind.NotFound
            && (e.InnerException is null or AuthenticationFailedException || AzureErrors.CodeOf(e) is not null)
            ? ProbeOutcome.Refused
            : ProbeOutcome.Failed,
        Message = e.Hint is null ? e.Message : $"{e.Message}: {e.Hint}",
    };
}
