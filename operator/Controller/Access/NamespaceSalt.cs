using System.Collections.Concurrent;
using System.Security.Cryptography;
using ImageOperator.Runtime.Client;
using k8s.Models;

namespace ImageOperator.Controller.Access;

/// <summary>
/// The key by which builder pods hash sensitive parameters, a Secret in each namespace: made once, mounted into the pods, never read
/// by the operator. Where it is lost, builds with sensitive parameters are made anew once.
/// </summary>
internal sealed class NamespaceSalt(IClient client, TimeProvider time)
{
    /// <summary>The Secret's name.</summary>
    public const string Name = "imageoperator-salt";

    private const int Length = 32;

    /// <summary>How long a Secret that was there is taken to be there still.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> seen = new(StringComparer.Ordinal);

    public async Task EnsureAsync(string @namespace, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (seen.TryGetValue(@namespace, out var at) && now - at < Trust) return;
        try
        {
            await client.CreateAsync(
                new V1Secret
                {
                    Metadata = new()
                    {
                        Name = Name,
                        NamespaceProperty = @namespace,
                        Labels = new Dictionary<string, string> { ["app.kubernetes.io/managed-by"] = "image-operator" },
                    },
                    Immutable = true,
                    Data = new Dictionary<string, byte[]> { [Api.Protocol.PodPaths.SaltFile] = RandomNumberGenerator.GetBytes(Length) },
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException e) when (e.Error == ApiError.AlreadyExists)
        {
            // Whoever made it, it does its service.
        }
        catch (ApiException e) when (e.Error is ApiError.Forbidden or ApiError.Invalid)
        {
            // The build goes on without: its sensitive parameters are compared with nothing, so it is made.
            return;
        }

        seen[@namespace] = now;
    }
}
