namespace ImageOperator.Benchmarks.Transfers;

/// <summary>What is copied, and where to.</summary>
/// <param name="Name">How it is called in the table.</param>
/// <param name="Source">A folder whose content is copied; it has one file or many.</param>
/// <param name="Target">A folder that is there and empty.</param>
/// <param name="Up">To the server, else from it. Both are this machine.</param>
internal sealed record TransferCase(string Name, string Source, string Target, bool Up)
{
    /// <summary>The only file; null where there are many.</summary>
    public string? File => Directory.GetFiles(Source) is [var file] ? file : null;
}
