using System.Globalization;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Machines;

namespace ImageOperator.Platforms.Aws.Capture;

/// <summary>Adds a version with the AMI to a launch template. A build that fails after it takes the version away again, and puts the default back.</summary>
internal sealed class LaunchTemplateOutput(PlatformContext context, AwsClients clients, AwsCalls calls, Maker maker)
{
    private const string Key = "launch-template";
    private const string Reason = Reasons.DistributionFailed;

    public async Task WriteAsync(AwsLaunchTemplate template, PlacedImage image, CancellationToken cancellationToken)
    {
        var known = context.Ledger.Find(Key);
        var version = known is { Id: { } made, State: LedgerState.Created } ? made : await CreateAsync(template, image, known, cancellationToken).ConfigureAwait(false);
        if (template.SetDefault) await SetDefaultAsync(clients, calls, image.Region, template.Id, version, cancellationToken).ConfigureAwait(false);
        await context.Ledger.KeepAsync(Key, version, cancellationToken).ConfigureAwait(false);
    }

    public static Task SetDefaultAsync(AwsClients clients, AwsCalls calls, string region, string template, string version, CancellationToken cancellationToken) => calls.RunAsync(
        AwsCall.Ec2("ModifyLaunchTemplate", Reason), t => clients.Ec2(region).ModifyLaunchTemplateAsync(new() { LaunchTemplateId = template, DefaultVersion = version }, t), cancellationToken);

    /// <returns>Null if there is no such template.</returns>
    public static async Task<LaunchTemplate?> ReadAsync(AwsClients clients, AwsCalls calls, string region, string template, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await calls.RunAsync(
                AwsCall.Ec2("DescribeLaunchTemplates", Reason), t => clients.Ec2(region).DescribeLaunchTemplatesAsync(new() { LaunchTemplateIds = [template] }, t), cancellationToken).ConfigureAwait(false);
            return answer.LaunchTemplates?.FirstOrDefault();
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The version that has the AMI; null without one.</summary>
    public static async Task<string?> FindVersionAsync(AwsClients clients, AwsCalls calls, string region, string template, string image, CancellationToken cancellationToken)
    {
        var request = new DescribeLaunchTemplateVersionsRequest { LaunchTemplateId = template, Filters = [new("image-id", [image])] };
        var answer = await calls.RunAsync(
            AwsCall.Ec2("DescribeLaunchTemplateVersions", Reason), t => clients.Ec2(region).DescribeLaunchTemplateVersionsAsync(request, t), cancellationToken).ConfigureAwait(false);
        return answer.LaunchTemplateVersions?.FirstOrDefault()?.VersionNumber?.ToString(CultureInfo.InvariantCulture);
    }

    private async Task<string> CreateAsync(AwsLaunchTemplate template, PlacedImage image, LedgerEntry? known, CancellationToken cancellationToken)
    {
        var current = await ReadAsync(clients, calls, image.Region, template.Id, cancellationToken).ConfigureAwait(false) ?? throw new PlatformException(
            FailureKind.NotFound, Reason, $"aws.image.launchTemplate: there is no launch template {template.Id} in {image.Region}", "make it before the build, or correct its ID");
        var token = known?.Properties?.GetValueOrDefault(Properties.ClientToken) ?? Guid.NewGuid().ToString("n");
        var properties = new Dictionary<string, string>
        {
            [Properties.ClientToken] = token,
            [Properties.Name] = template.Id,
            [Properties.Value] = image.Id,
            [Properties.Previous] = known?.Properties?.GetValueOrDefault(Properties.Previous) ?? current.DefaultVersionNumber?.ToString(CultureInfo.InvariantCulture) ?? "1",
        };
        var request = new CreateLaunchTemplateVersionRequest
        {
            LaunchTemplateId = template.Id,
            SourceVersion = "$Latest",
            ClientToken = token,
            VersionDescription = context.Identity.Key,
            LaunchTemplateData = new() { ImageId = image.Id },
        };
        var entry = await maker.MakeAsync(new ResourceIntent(Key, ResourceTypes.LaunchTemplateVersion, Properties: properties, Location: image.Region), AwsCall.Ec2("CreateLaunchTemplateVersion", Reason), async call =>
        {
            var answer = await calls.RunAsync(call, t => clients.Ec2(image.Region).CreateLaunchTemplateVersionAsync(request, t), cancellationToken).ConfigureAwait(false);
            return answer.LaunchTemplateVersion.VersionNumber!.Value.ToString(CultureInfo.InvariantCulture);
        }, cancellationToken).ConfigureAwait(false);
        return entry.Id!;
    }
}
