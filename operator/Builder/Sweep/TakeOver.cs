using System.Net;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Builder.Journal;
using k8s.Autorest;

namespace ImageOperator.Builder.Sweep;

/// <summary>Makes a sweeper the newest attempt of its target: a builder that was only thought dead is fenced before anything is removed.</summary>
internal static class TakeOver
{
    /// <returns>The build as it was taken over, and the sweeper's attempt; null if the build is gone.</returns>
    public static async Task<(ImageBuild Build, int Attempt)?> RunAsync(BuildClient client, string target, CancellationToken cancellationToken)
    {
        while (await client.GetAsync(cancellationToken).ConfigureAwait(false) is { } build)
        {
            var status = build.Status?.Targets?.FirstOrDefault(t => t.Name == target) ?? new TargetStatus { Name = target };
            var attempt = (status.Attempt ?? 0) + 1;
            try
            {
                // The attempt alone, and not in the builder's name: it is another owner's value that stops the builder.
                await client.TakeOverAsync(
                    new() { Name = target, Attempt = attempt }, FieldManagers.Sweeper(target), build.Metadata.ResourceVersion, cancellationToken).ConfigureAwait(false);
                return (build, attempt);
            }
            catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
            {
                // It changed since it was read: what the other wrote must not be lost.
            }
        }

        return null;
    }
}
