using ImageOperator.Api.Conditions;
using ImageOperator.Api.Platforms;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;
using ImageOperator.Platforms.Gcp.Sweep;

namespace ImageOperator.Platforms.Gcp;

/// <summary>
/// Asks which permissions the builder has on the project, all at once, and Compute Engine for the project, through the whole chain of credentials. The calls cost nothing.
/// </summary>
/// <param name="options">How Google Cloud is reached where the platform says nothing of it.</param>
public sealed class GcpProbe(GcpOptions? options = null) : IPlatformProbe
{
    private const string Method = "compute.projects.get";

    private readonly GcpOptions _options = options ?? new GcpOptions();

    /// <inheritdoc/>
    public bool Supports(ImagePlatformSpec platform) => platform?.Gcp is not null;

    /// <inheritdoc/>
    public async Task<ProbeResult> ProbeAsync(ProbeContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            var access = new GcpAccess(_options, project: null, new PlatformAccess(context.Platform, context.Credentials));
            var granted = await GrantedPermissions.AskAsync(access, cancellationToken).ConfigureAwait(false);
            if (granted.Missing.Count > 0) return Lacking(granted, access);
            using var compute = new ComputeRest(access);
            var project = await compute.GetProjectAsync(access.Project, cancellationToken).ConfigureAwait(false);
            var who = access.Identity;
            return new()
            {
                Outcome = ProbeOutcome.Works,
                Message = $"the project {project.Name} of Google Cloud answers{(who is null ? "" : $" to {who}")}{granted.Note}",
                Identity = who,
                Strays = await Reaping.RunAsync(_options, context, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (PlatformException e)
        {
            return Result(e);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return Result(GcpErrors.Translate(Method, Reasons.Unauthorized, e));
        }
    }

    private static ProbeResult Lacking(GrantedPermissions granted, GcpAccess access) => new()
    {
        Outcome = ProbeOutcome.Refused,
        Message = $"{access.Identity ?? "the builder"} lacks permissions on the project {access.Project}: {string.Join(", ", granted.Missing)}{granted.Note}; the role in docs/platforms/google-cloud.md has all that a build needs",
    };

    private static ProbeResult Result(PlatformException e) => new()
    {
        // An answer without a code of Google is not Google's: a proxy's, or another server's.
        Outcome = e.Kind is FailureKind.Auth or FailureKind.Terminal or FailureKind.NotFound && e.InnerException is not GcpException { Code: null } ? ProbeOutcome.Refused : ProbeOutcome.Failed,
        Message = e.Hint is null ? e.Message : $"{e.Message}: {e.Hint}",
    };
}
