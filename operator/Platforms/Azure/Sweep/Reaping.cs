using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Azure;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Azure.Access;
using ImageOperator.Platforms.Azure.Calls;
using ImageOperator.Platforms.Azure.Clients;

namespace ImageOperator.Platforms.Azure.Sweep;

/// <summary>A probe's look for strays.</summary>
internal static class Reaping
{
    /// <returns>Null where nobody wants to know.</returns>
    public static async Task<StrayReport?> RunAsync(AzureOptions options, ProbeContext context, CancellationToken cancellationToken)
    {
        if (context.Strays is not { } order || context.Platform.Azure is not { } azure) return null;
        var settings = azure.Strays ?? new AzureStrays();
        if (settings.Mode == StrayMode.Off) return null;
        var access = new PlatformAccess(context.Platform, context.Credentials, order.PlatformUid);
        using var clients = new AzureClients(AzureAccess.Of(options, azure.Location, access));
        var calls = new AzureCalls(context.Time, GoneBuild.Observer);
        clients.Remaining = calls.Pace;
        return await new StrayReaper(settings, order, context, new MarkedThings(clients, calls, new GenericResources(clients, calls, new Operations(context.Time, clients, calls))), Platform).ReapAsync(cancellationToken).ConfigureAwait(false);

        IPlatform Platform(BuildIdentity build)
        {
            // Of the target nothing matters: what is removed is found by its marks. A probe has no time to wait for groups: the next one sees whether they are gone.
            var target = new AzureTarget { Location = azure.Location, Source = new(), Image = new() { ResourceGroup = "none" }, RemoveInBackground = true };
            return new AzurePlatform(GoneBuild.Context(context, build, access, new Target { Name = build.Target, Azure = target }), target, options);
        }
    }
}
