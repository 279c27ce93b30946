using ImageOperator.Api.Platforms;
using ImageOperator.Api.Platforms.Aws;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Clouds;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Access;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;

namespace ImageOperator.Platforms.Aws.Sweep;

/// <summary>A probe's look for strays.</summary>
internal static class Reaping
{
    /// <returns>Null where nobody wants to know.</returns>
    public static async Task<StrayReport?> RunAsync(AwsOptions options, ProbeContext context, CancellationToken cancellationToken)
    {
        if (context.Strays is not { } order || context.Platform.Aws is not { } aws) return null;
        var settings = aws.Strays ?? new AwsStrays();
        if (settings.Mode == StrayMode.Off) return null;
        var access = new PlatformAccess(context.Platform, context.Credentials, order.PlatformUid);
        // Of the target only the places matter: what is removed is found by its marks.
        var image = new AwsImage
        {
            Copies = [.. settings.Regions.Where(r => r != aws.Region).Select(r => new AwsImageCopy { Region = r })],
            AccountCopies = [.. settings.Accounts.Select(a => new AwsAccountCopy { RoleArn = a.RoleArn, ExternalId = a.ExternalId, Region = a.Region })],
        };
        using var clients = new AwsClients(AwsAccess.Of(options, aws.Region, access), image.AccountCopies);
        var calls = new AwsCalls(context.Time, GoneBuild.Observer);
        return await new StrayReaper(settings, order, context, AwsPlace.All(image, clients.Region), clients, calls, Platform).ReapAsync(cancellationToken).ConfigureAwait(false);

        IPlatform Platform(BuildIdentity build, IReadOnlyCollection<string> seen)
        {
            var there = image with { Copies = [.. image.Copies.Where(c => seen.Contains(c.Region))], AccountCopies = [.. image.AccountCopies.Where(c => seen.Contains(AwsPlace.Of(c, clients.Region)))] };
            var target = new AwsTarget { Region = aws.Region, Source = new(), Image = there };
            return new AwsPlatform(GoneBuild.Context(context, build, access, new Target { Name = build.Target, Aws = target }), target, options);
        }
    }
}
