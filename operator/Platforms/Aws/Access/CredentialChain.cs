using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Clients;

namespace ImageOperator.Platforms.Aws.Access;

/// <summary>A platform's credentials: a Secret's keys or a service account's role, then the roles that are assumed one after the other.</summary>
internal static class CredentialChain
{
    /// <returns>Null: what the SDK finds by itself.</returns>
    public static AWSCredentials? Of(AwsAccess access, AwsPlatformSpec aws, PlatformAccess platform)
    {
        var credentials = First(access, aws, platform);
        foreach (var role in aws.AssumeRoles) credentials = new SessionCredentials(Assume(access, role, credentials));
        return credentials;
    }

    /// <summary>A further role, assumed with what the access has.</summary>
    public static AWSCredentials RoleOf(AwsAccess access, AssumedRole role) => new SessionCredentials(Assume(access, role, access.Credentials));

    private static AWSCredentials? First(AwsAccess access, AwsPlatformSpec aws, PlatformAccess platform) => platform.Spec.Credentials switch
    {
        { SecretRef: not null } => new FileCredentials(platform.Credentials),
        { ServiceAccountName: not null } when aws.WebIdentityRoleArn is { } role => new SessionCredentials(AssumeByToken(access, role, Path.Combine(platform.Credentials, PodPaths.TokenFile))),
        _ => access.Credentials,
    };

    private static Func<Task<Credentials>> Assume(AwsAccess access, AssumedRole role, AWSCredentials? by) => async () =>
    {
        using var sts = Client(access, by);
        var request = new AssumeRoleRequest
        {
            RoleArn = role.RoleArn,
            RoleSessionName = role.SessionName,
            ExternalId = role.ExternalId,
            DurationSeconds = (int)role.Duration.Value.TotalSeconds,
        };
        return (await sts.AssumeRoleAsync(request).ConfigureAwait(false)).Credentials;
    };

    private static Func<Task<Credentials>> AssumeByToken(AwsAccess access, string role, string tokenFile) => async () =>
    {
        using var sts = Client(access, new AnonymousAWSCredentials());
        // Read each time: kubelet renews it.
        var token = FileCredentials.Read(tokenFile)
            ?? throw new PlatformException(FailureKind.Auth, Reasons.Unauthorized, $"there is no service account token at {tokenFile}", "see the platform's credentials.serviceAccountName");
        var request = new AssumeRoleWithWebIdentityRequest { RoleArn = role, RoleSessionName = "image-operator", WebIdentityToken = token };
        return (await sts.AssumeRoleWithWebIdentityAsync(request).ConfigureAwait(false)).Credentials;
    };

    private static AmazonSecurityTokenServiceClient Client(AwsAccess access, AWSCredentials? credentials) =>
        new(AwsClients.Configured(new AmazonSecurityTokenServiceConfig(), access with { Credentials = credentials }, access.Region));
}
