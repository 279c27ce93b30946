using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Connecting;

namespace ImageOperator.Communicators.Ssh.Tests;

/// <summary>Each reason has its row in the table of docs/connections.md, and a hint of its own kind.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public async Task Table_HasEachReasonUnderItsLayer()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImageOperator.sln"))) folder = folder.Parent!;
        var lines = await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "docs/connections.md"), TestContext.Current.CancellationToken);
        foreach (var reason in Enum.GetValues<ConnectionReason>())
        {
            Assert.Single(lines, line => line.StartsWith($"| {reason.Layer()} | `{reason}` |", StringComparison.Ordinal));
            Assert.NotEmpty(ConnectionHints.For(reason, "user"));
            Assert.NotEmpty(ConnectionHints.For(reason, "user", "bastions[0]"));
        }
    }
}
