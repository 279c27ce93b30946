using ImageOperator.Api.Targets.Aws;

namespace ImageOperator.Platforms.Aws.Clients;

/// <summary>Where something is: a region of the builder's account, or, with the account before it, of another one: <c>210987654321/eu-west-1</c>.</summary>
internal static class AwsPlace
{
    public static string Of(AwsAccountCopy copy, string region) => $"{AccountOf(copy)}/{copy.Region ?? region}";

    /// <summary>Everywhere a target's AMI is in the end, where it is built first.</summary>
    /// <param name="image">The AMI.</param>
    /// <param name="region">Where it is built.</param>
    public static IReadOnlyList<string> All(AwsImage image, string region) =>
        [.. image.Copies.Select(c => c.Region).Prepend(region).Concat(image.AccountCopies.Select(c => Of(c, region))).Distinct()];

    public static string AccountOf(AwsAccountCopy copy) => copy.RoleArn.Split(':')[4];

    public static (string? Account, string Region) Parse(string place) => place.Split('/') is [var account, var region] ? (account, region) : (null, place);
}
