using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Calls;

/// <summary>Which of the permissions that builds need the builder has on its project: all are asked for at once, by a call that needs none.</summary>
/// <param name="Missing">Those without which no build succeeds.</param>
/// <param name="Further">Those that targets with certain fields need.</param>
/// <param name="Unknown">Why nobody knows; null: it is known.</param>
internal sealed record GrantedPermissions(IReadOnlyList<string> Missing, IReadOnlyList<string> Further, string? Unknown)
{
    private const string Method = "cloudresourcemanager.projects.testIamPermissions";

    /// <summary>Asks. What cannot be asked is no failure: it costs nothing but the knowledge.</summary>
    public static async Task<GrantedPermissions> AskAsync(GcpAccess access, CancellationToken cancellationToken)
    {
        try
        {
            using var rest = new GoogleRest(access, $"{access.Universe.ResourceManager}/v1/");
            var answer = await rest.CallAsync<Granted>(HttpMethod.Post, $"projects/{access.Project}:testIamPermissions", new Granted(Permissions.OfProject), cancellationToken).ConfigureAwait(false);
            var missing = Permissions.OfProject.Except(answer.Permissions ?? []).ToList();
            return new([.. missing.Where(p => Permissions.NeededBy(p) is null)], [.. missing.Where(p => Permissions.NeededBy(p) is not null)], null);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var known = GcpErrors.Translate(Method, Reasons.Unauthorized, e);
            return new([], [], known.Kind == FailureKind.Auth && known.Hint is { } hint ? $"{known.Message}: {hint}" : known.Message);
        }
    }

    /// <summary>What the platform's message says of it; empty: nothing.</summary>
    public string Note => Unknown is { } why ? $"; which permissions it has nobody knows: {why}"
        : Further.Count > 0 ? $"; it lacks, for targets that need them: {string.Join(", ", Further.Select(p => $"{p} ({Permissions.NeededBy(p)})"))}" : "";

    private sealed record Granted(IReadOnlyList<string>? Permissions);
}
