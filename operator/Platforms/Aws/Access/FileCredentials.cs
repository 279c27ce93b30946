using Amazon.Runtime;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Platforms.Aws.Access;

/// <summary>The keys of a mounted Secret, read at each use: kubelet renews them.</summary>
internal sealed class FileCredentials(string folder) : AWSCredentials
{
    public override ImmutableCredentials GetCredentials() => throw new NotSupportedException("all calls are asynchronous");

    public override async Task<ImmutableCredentials> GetCredentialsAsync() => new(
        await RequiredAsync("accessKeyId").ConfigureAwait(false),
        await RequiredAsync("secretAccessKey").ConfigureAwait(false),
        await ReadAsync(Path.Combine(folder, "sessionToken")).ConfigureAwait(false));

    /// <returns>The text without its line's end; null if there is none.</returns>
    public static async Task<string?> ReadAsync(string file)
    {
        if (!File.Exists(file)) return null;
        var text = (await File.ReadAllTextAsync(file).ConfigureAwait(false)).Trim();
        return text.Length > 0 ? text : null;
    }

    private async Task<string> RequiredAsync(string key) => await ReadAsync(Path.Combine(folder, key)).ConfigureAwait(false)
        ?? throw new PlatformException(
            FailureKind.Auth, Reasons.Unauthorized, $"the Secret of the platform's credentials has no {key}", "its keys are accessKeyId, secretAccessKey and, for temporary ones, sessionToken");
}
