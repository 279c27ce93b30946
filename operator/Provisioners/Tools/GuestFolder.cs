using System.Text.RegularExpressions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Files;
using ImageOperator.Provisioners.Local;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.Tools;

/// <summary>A folder of one step on the machine, for its login user (and root) only; removed when the step ends.</summary>
internal sealed partial class GuestFolder
{
    private static readonly TimeSpan RemoveTime = TimeSpan.FromSeconds(30);
    private readonly ProvisionContext _context;

    private GuestFolder(ProvisionContext context, string path)
    {
        _context = context;
        Path = path;
    }

    public string Path { get; }

    /// <summary>Works with a folder. A step does not succeed while its folder, which may hold secrets, is still on the machine that becomes an image.</summary>
    public static async Task<int?> UseAsync(ProvisionContext context, Func<GuestFolder, Task<int?>> work, CancellationToken cancellationToken)
    {
        var answer = await GuestScript.RunAsync(context, "make-folder.sh", new Dictionary<string, string>(), asRoot: false, cancellationToken).ConfigureAwait(false);
        var path = answer.Require("folder");
        if (path.Length == 0) throw new StepException("the machine could not make a folder in /var/tmp", hint: "is its disk full, or read-only?");
        var folder = new GuestFolder(context, path);
        int? code;
        try
        {
            code = await work(folder).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await folder.TryRemoveAsync().ConfigureAwait(false);
            if (e is IOException or UnauthorizedAccessException) throw new StepException(e.Message, hint: CopyHints.Of(e), inner: e);
            throw;
        }

        await folder.RemoveAsync(cancellationToken).ConfigureAwait(false);
        return code;
    }

    /// <summary>Copies the contents of a folder.</summary>
    public Task UploadFolderAsync(string local, string name, CancellationToken cancellationToken) =>
        _context.Communicator.UploadAsync(new() { LocalPath = local.TrimEnd('/') + "/", RemotePath = $"{Path}/{name}" }, cancellationToken);

    public Task UploadFileAsync(string local, string name, int? mode, CancellationToken cancellationToken) =>
        _context.Communicator.UploadAsync(new() { LocalPath = local, RemotePath = $"{Path}/{name}", Mode = mode }, cancellationToken);

    /// <summary>Writes a file that its owner alone can read.</summary>
    /// <returns>Its path on the machine.</returns>
    public async Task<string> WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        using var scratch = new ScratchFolder(_context.Folders.Scratch, "file");
        var local = await scratch.WriteAsync("content", text, cancellationToken).ConfigureAwait(false);
        await UploadFileAsync(local, name, 0b110_000_000, cancellationToken).ConfigureAwait(false);
        return $"{Path}/{name}";
    }

    /// <summary>Copies a file of the folder, which may be root's, into the build's output files.</summary>
    /// <returns>Where it is here, and its name below the output files.</returns>
    public async Task<(string Local, string Name)> DownloadAsync(string name, string kind, CancellationToken cancellationToken)
    {
        // A label of forEach may be anything.
        var below = $"reports/{Odd().Replace(_context.Step, "_")}-{kind}{System.IO.Path.GetExtension(name)}";
        var local = WorkspaceFiles.Resolve(_context.Folders.Downloads, below, "report");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(local)!);
        await _context.Communicator.DownloadAsync(new() { LocalPath = local, RemotePath = $"{Path}/{name}" }, cancellationToken).ConfigureAwait(false);
        return (local, below);
    }

    [GeneratedRegex("[^A-Za-z0-9._-]|^\\.+")]
    private static partial Regex Odd();

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RemoveTime, _context.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            (await GuestScript.RunAsync(_context, "remove-folder.sh", new Dictionary<string, string> { ["IO_FOLDER"] = Path }, linked.Token).ConfigureAwait(false)).Require("done");
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Left($"it took longer than {RemoveTime.TotalSeconds:0} s", e);
        }
        catch (StepException e)
        {
            throw Left(e.Message, e);
        }

        StepException Left(string why, Exception e) => new($"{Path} cannot be removed from the machine: {why}", hint: "the image would have the step's files in it, and their secrets", inner: e);
    }

    // The step has failed already, and how is what counts.
    private async Task TryRemoveAsync()
    {
        try
        {
            await RemoveAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StepException or ConnectionException or OperationCanceledException)
        {
            _context.Output(OutputStream.Stderr, e.Message);
        }
    }
}
