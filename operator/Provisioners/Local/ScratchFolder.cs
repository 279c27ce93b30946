namespace ImageOperator.Provisioners.Local;

/// <summary>A folder of one step, readable by its owner only; gone when the step ends.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder(string scratch, string purpose)
    {
        Path = System.IO.Path.Combine(scratch, $"{purpose}-{Guid.NewGuid():N}"[..(purpose.Length + 9)]);
        Directory.CreateDirectory(scratch);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
        else Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    /// <summary>Writes a file that its owner alone can read.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What it holds is the step's own, and goes with the scratch folder.
        }
    }
}
