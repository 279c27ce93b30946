using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Provisioners.Local;
using ImageOperator.Provisioners.Scripts;

namespace ImageOperator.Provisioners.Tools;

/// <summary>A folder of one step on the machine, for its login user (and root) only; removed when the step ends.</summary>
internal sealed class GuestFolder : IAsyncDisposable
{
    private static readonly TimeSpan RemoveTime = TimeSpan.FromSeconds(30);
    private readonly ProvisionContext _context;

    private GuestFolder(ProvisionContext context, string path)
    {
        _context = context;
        Path = path;
    }

    public string Path { get; }

    public static async Task<GuestFolder> CreateAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var answer = await GuestScript.RunAsync(context, "make-folder.sh", new Dictionary<string, string>(), asRoot: false, cancellationToken).ConfigureAwait(false);
        return new(context, answer.Require("folder"));
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
        var below = $"reports/{_context.Step}-{kind}{System.IO.Path.GetExtension(name)}";
        var local = System.IO.Path.Combine(_context.Folders.Downloads, below);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(local)!);
        await _context.Communicator.DownloadAsync(new() { LocalPath = local, RemotePath = $"{Path}/{name}" }, cancellationToken).ConfigureAwait(false);
        return (local, below);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(RemoveTime, _context.Time);
        try
        {
            await GuestScript.RunAsync(_context, "remove-folder.sh", new Dictionary<string, string> { ["IO_FOLDER"] = Path }, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StepException or ConnectionException or OperationCanceledException)
        {
            _context.Output(OutputStream.Stderr, $"{Path} is left on the machine: {e.Message}");
        }
    }
}
