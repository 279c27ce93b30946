using System.Text.Json;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Failures;
using ImageOperator.Workspaces.Lookups;
using ImageOperator.Workspaces.Tests.Servers;

namespace ImageOperator.Workspaces.Tests;

public sealed class LookupTests : IDisposable
{
    private const string One = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly string Sums = $"""
        # written by sha256sum
        {One}  debian-12.qcow2
        {One.Replace('0', '1')} *./images/debian-12.raw
        SHA256 (debian-13.qcow2) = {One.Replace('0', '2')}
        d41d8cd98f00b204e9800998ecf8427e  debian-12.md5
        """;

    private readonly Lab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("debian-12.qcow2", "sha256:0123")]
    [InlineData("debian-12.raw", "sha256:1123")]
    [InlineData("debian-13.qcow2", "sha256:2123")]
    public async Task Checksum_IsThatOfTheFilesLine(string file, string sum)
    {
        await using var server = await WebServer.StartAsync(_lab.Server, first: context => Answer(context, Sums));

        var found = await FindAsync(new() { Name = "sum", Checksum = new() { Url = server.Url + "/SHA256SUMS", File = file } });

        Assert.StartsWith(sum, found.GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LookupFormat.Json, """{"tag": "v1", "n": [1.50]}""", """{"tag": "v1", "n": [1.50]}""")]
    [InlineData(LookupFormat.Yaml, "tag: v1\nn:\n  - 1.50\n", """{"n":[1.50],"tag":"v1"}""")]
    [InlineData(LookupFormat.Text, "v1\n", "\"v1\"")]
    public async Task Http_IsReadAsItsFormat_WithItsHeaders(LookupFormat format, string body, string json)
    {
        await using var server = await WebServer.StartAsync(_lab.Server, first: context =>
        {
            if (context.Request.Headers["X-Token"] != "secret") body = "without the header";
            return Answer(context, body);
        });

        var found = await FindAsync(new() { Name = "release", Http = new() { Url = server.Url + "/release", Format = format, Headers = new Dictionary<string, string> { ["X-Token"] = "secret" } } });

        Assert.Equal(json, found.GetRawText());
    }

    [Theory]
    [InlineData(404, "", "answers 404", FailureKind.Terminal, 1)]
    [InlineData(503, "", "answers 503", FailureKind.Retryable, 3)]
    [InlineData(302, "", "answers 302", FailureKind.Terminal, 1)]
    [InlineData(200, "not JSON", "is not JSON", FailureKind.Terminal, 1)]
    public async Task Http_Failure_NamesTheLookupAndKeepsTheHeader(int status, string body, string message, FailureKind kind, int requests)
    {
        var asked = 0;
        await using var server = await WebServer.StartAsync(_lab.Server, first: context =>
        {
            asked++;
            context.Response.Headers.Location = "http://127.0.0.1:9/";
            return Answer(context, body, status);
        });

        var failure = await Assert.ThrowsAsync<PlatformException>(() =>
            FindAsync(new() { Name = "release", Http = new() { Url = server.Url + "/a", Headers = new Dictionary<string, string> { ["X-Token"] = "secret" } } }));

        Assert.StartsWith("lookups[release]: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal((Reasons.LookupFailed, kind, requests), (failure.Reason, failure.Kind, asked));
    }

    [Fact]
    public async Task Http_TooMuch_IsRefused()
    {
        await using var server = await WebServer.StartAsync(_lab.Server, first: context => Answer(context, new string('x', (1 << 20) + 1)));

        var failure = await Assert.ThrowsAsync<PlatformException>(() => FindAsync(new() { Name = "a", Http = new() { Url = server.Url + "/a", Format = LookupFormat.Text } }));

        Assert.Contains("answers more than 1048576 bytes", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<bool> Answer(Microsoft.AspNetCore.Http.HttpContext context, string body, int status = 200)
    {
        context.Response.StatusCode = status;
        await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
        return true;
    }

    private static Task<JsonElement> FindAsync(Lookup lookup) => new HttpLookups(TimeProvider.System).FindAsync(lookup, TestContext.Current.CancellationToken);
}
