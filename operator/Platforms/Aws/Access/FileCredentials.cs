using Amazon.Runtime;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Aws.Access;

/// <summary>The keys of a mounted Secret, read at each use: kubelet renews them.</summary>
internal sealed class FileCredentials(string folder) : AWSCredentials
{
    /// <summary>The SDK asks here, too, when it calls STS.</summary>
    public override ImmutableCredentials GetCredentials() => new(Required("accessKeyId"), Required("secretAccessKey"), Read(Path.Combine(folder, "sessionToken")));

    public override Task<ImmutableCredentials> GetCredentialsAsync() => Task.FromResult(GetCredentials());

    /// <returns>The text without its line's end; null if there is none.</returns>
    public static string? Read(string file)
    {
        if (!File.Exists(file)) return null;
        var text = File.ReadAllText(file).Trim();
        return text.Length > 0 ? text : null;
    }

    private string Required(string key) => Read(Path.Combine(folder, key))
        ?? throw new PlatformException(
            FailureKind.Auth, Reasons.Unauthorized, $"the Secret of the platform's credentials has no {key}", "its keys are accessKeyId, secretAccessKey and, for temporary ones, sessionToken");
}
