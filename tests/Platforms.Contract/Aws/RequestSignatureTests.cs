using Amazon.Runtime;
using ImageOperator.Platforms.Aws.Access;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Signatures, against the examples that AWS publishes (its test suite of version 4: get-vanilla, get-vanilla-query-order-key-case, post-vanilla).</summary>
public sealed class RequestSignatureTests
{
    [Theory]
    [InlineData("POST", "https://example.amazonaws.com/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public void Sign_AwssExample_SameSignature(string method, string address, string signature)
    {
        var headers = RequestSignature.Sign(
            method, new Uri(address), [], "service", "us-east-1", new ImmutableCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null), new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));

        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}", headers["Authorization"]);
    }
}
