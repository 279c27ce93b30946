using Amazon.Runtime;
using Amazon.SecurityToken.Model;

namespace ImageOperator.Platforms.Aws.Access;

/// <summary>A role's credentials, made anew before they expire: builds outlast sessions.</summary>
internal sealed class SessionCredentials : RefreshingAWSCredentials
{
    private readonly Func<Task<Credentials>> _make;

    public SessionCredentials(Func<Task<Credentials>> make)
    {
        _make = make;
        PreemptExpiryTime = TimeSpan.FromMinutes(5);
    }

    /// <summary>The SDK asks here, too, when it calls STS.</summary>
    protected override CredentialsRefreshState GenerateNewCredentials() => Task.Run(GenerateNewCredentialsAsync).GetAwaiter().GetResult();

    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        var made = await _make().ConfigureAwait(false);
        var keys = new ImmutableCredentials(made.AccessKeyId, made.SecretAccessKey, made.SessionToken);
        return new CredentialsRefreshState(keys, made.Expiration ?? throw new InvalidOperationException("STS gave credentials without an end"));
    }
}
