using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Gcp;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Gcp;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Gcp.Access;
using ImageOperator.Platforms.Gcp.Calls;
using ImageOperator.Platforms.Gcp.Clients;

namespace ImageOperator.Platforms.Gcp.Sweep;

/// <summary>A probe's look for strays.</summary>
internal static class Reaping
{
    /// <returns>Null where nobody wants to know.</returns>
    public static async Task<StrayReport?> RunAsync(GcpOptions options, ProbeContext context, CancellationToken cancellationToken)
    {
        if (context.Strays is not { } order || context.Platform.Gcp is not { } gcp) return null;
        var settings = gcp.Strays ?? new GcpStrays();
        if (settings.Mode == StrayMode.Off) return null;
        var platform = new PlatformAccess(context.Platform, context.Credentials, order.PlatformUid);
        var access = new GcpAccess(options, gcp.Project, platform);
        using var compute = new ComputeRest(access);
        var calls = new GcpCalls(context.Time, GoneBuild.Observer);
        var finder = new StrayFinder(gcp.Project, compute, calls, new(compute, calls));
        return await new StrayReaper(settings, order, context, finder, Platform).ReapAsync(cancellationToken).ConfigureAwait(false);

        IPlatform Platform(BuildIdentity build)
        {
            // Of the target only the project matters: what is removed is found by its marks.
            var target = new GcpTarget { Project = gcp.Project, Source = new(), Image = new() };
            return new GcpPlatform(GoneBuild.Context(context, build, platform, new Target { Name = build.Target, Gcp = target }), target, options);
        }
    }
}
