using System.Text.Json;
using System.Text.Json.Nodes;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Failures;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ParameterType = Amazon.SimpleSystemsManagement.ParameterType;

namespace ImageOperator.Platforms.Aws.Sources;

/// <summary>Answers a template's look-ups.</summary>
internal sealed class AwsLookups(AwsClients clients, AwsCalls calls)
{
    private const string Reason = Reasons.LookupFailed;

    public async Task<JsonElement> FindAsync(Lookup lookup, CancellationToken cancellationToken)
    {
        var aws = lookup.Aws!;
        var region = aws.Region ?? clients.Region;
        return aws.Image is { } filter
            ? await NewestAsync(lookup.Name, region, filter, cancellationToken).ConfigureAwait(false)
            : await ParameterAsync(lookup, region, aws.Parameter!, cancellationToken).ConfigureAwait(false);
    }

    private async Task<JsonElement> NewestAsync(string lookup, string region, AwsImageFilter filter, CancellationToken cancellationToken)
    {
        var image = await new ImageQuery(clients, calls).NewestAsync(region, filter, Reason, cancellationToken).ConfigureAwait(false) ?? throw new PlatformException(
            FailureKind.NotFound, Reason, $"lookups[{lookup}].aws.image: no AMI of {string.Join(", ", filter.Owners)} in {region} is named {filter.Name}{(filter.Architecture is null ? "" : " and of that architecture")}",
            "names are case-sensitive; * stands for any text");
        var tags = new JsonObject();
        foreach (var tag in image.Tags ?? []) tags[tag.Key] = tag.Value;
        return JsonSerializer.SerializeToElement(new JsonObject
        {
            ["id"] = image.ImageId,
            ["name"] = image.Name,
            ["description"] = image.Description,
            ["architecture"] = image.Architecture?.Value,
            ["ownerId"] = image.OwnerId,
            ["creationDate"] = image.CreationDate,
            ["rootDeviceName"] = image.RootDeviceName,
            ["tags"] = tags,
        });
    }

    private async Task<JsonElement> ParameterAsync(Lookup lookup, string region, string name, CancellationToken cancellationToken)
    {
        var field = $"lookups[{lookup.Name}].aws.parameter";
        try
        {
            // What is encrypted comes decrypted only to those who said that they would keep it.
            var answer = await calls.RunAsync(
                AwsCall.Ssm("GetParameter", Reason), t => clients.Ssm(region).GetParameterAsync(new() { Name = name, WithDecryption = lookup.Sensitive }, t), cancellationToken).ConfigureAwait(false);
            if (answer.Parameter.Type == ParameterType.SecureString && !lookup.Sensitive)
            {
                throw new PlatformException(FailureKind.Terminal, Reason, $"{field}: {name} is encrypted, and status would show its value", $"set sensitive: true in lookups[{lookup.Name}]");
            }

            return JsonSerializer.SerializeToElement(answer.Parameter.Value);
        }
        catch (PlatformException e) when (e.Kind == FailureKind.NotFound)
        {
            throw new PlatformException(FailureKind.NotFound, Reason, $"{field}: there is no parameter {name} in {region}", "check its name and region", e);
        }
    }
}
