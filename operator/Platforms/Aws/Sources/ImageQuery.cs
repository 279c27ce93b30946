using Amazon.EC2.Model;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;

namespace ImageOperator.Platforms.Aws.Sources;

/// <summary>Which AMIs there are.</summary>
internal sealed class ImageQuery(AwsClients clients, AwsCalls calls)
{
    /// <summary>The newest available AMI of those that match; null if none does.</summary>
    public async Task<Image?> NewestAsync(string region, AwsImageFilter filter, string reason, CancellationToken cancellationToken)
    {
        List<Filter> filters = [new("name", [filter.Name]), new("state", ["available"])];
        if (filter.Architecture is { } architecture) filters.Add(new("architecture", [architecture == AwsArchitecture.Arm ? "arm64" : "x86_64"]));
        var found = await ListAsync(region, new() { Owners = [.. filter.Owners], Filters = filters }, reason, cancellationToken).ConfigureAwait(false);
        return found.OrderByDescending(i => i.CreationDate, StringComparer.Ordinal).ThenBy(i => i.ImageId, StringComparer.Ordinal).FirstOrDefault();
    }

    /// <summary>All pages of an answer.</summary>
    public async Task<List<Image>> ListAsync(string region, DescribeImagesRequest request, string reason, CancellationToken cancellationToken)
    {
        var images = new List<Image>();
        do
        {
            var answer = await calls.RunAsync(
                AwsCall.Ec2("DescribeImages", reason), t => clients.Ec2(region).DescribeImagesAsync(request, t), cancellationToken).ConfigureAwait(false);
            images.AddRange(answer.Images ?? []);
            request.NextToken = answer.NextToken;
        }
        while (request.NextToken is { Length: > 0 });
        return images;
    }
}
