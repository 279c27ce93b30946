using System.Globalization;
using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Files;

/// <summary>Copies files to or from the machine.</summary>
internal sealed class FileStep(FileProvisioner spec) : IProvisioner
{
    private const int ContentMode = 0b110_100_100;

    public async Task<int?> RunAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        try
        {
            if (spec.Direction == FileDirection.Download) await DownloadAsync(context, cancellationToken).ConfigureAwait(false);
            else if (spec.Content is not null) await UploadContentAsync(context, spec.Content, cancellationToken).ConfigureAwait(false);
            else await UploadAsync(context, Source(), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StepException(error.Message, hint: Hint(error), inner: error);
        }
    }

    private async Task UploadAsync(ProvisionContext context, string source, CancellationToken cancellationToken)
    {
        RequireAbsolute("destination", spec.Destination);
        var path = WorkspaceFiles.Find(context.Folders.Workspace, source, "source");
        if (source.EndsWith('/') && !Directory.Exists(path)) throw new StepException($"source: {source} is a file, not a folder", hint: "remove the trailing slash");
        // The link's own name counts, not that of what it leads to.
        var into = spec.Destination.EndsWith('/') && !source.EndsWith('/') ? spec.Destination + Path.GetFileName(source) : spec.Destination;
        await SendAsync(context, Directory.Exists(path) ? path + '/' : path, into, Mode(), cancellationToken).ConfigureAwait(false);
        context.Output(OutputStream.Stdout, $"{source} copied to {into} on the machine");
    }

    private async Task UploadContentAsync(ProvisionContext context, string content, CancellationToken cancellationToken)
    {
        RequireAbsolute("destination", spec.Destination);
        if (spec.Destination.EndsWith('/')) throw new StepException($"destination: {spec.Destination} is a folder, but content has no name", hint: "add the file's name");
        Directory.CreateDirectory(context.Folders.Scratch);
        var path = Path.Combine(context.Folders.Scratch, $".content-{Guid.NewGuid():N}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var writer = new StreamWriter(path, options)) await writer.WriteAsync(content.AsMemory(), cancellationToken).ConfigureAwait(false);
            await SendAsync(context, path, spec.Destination, Mode() ?? ContentMode, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(path);
        }

        context.Output(OutputStream.Stdout, $"{spec.Destination} written on the machine");
    }

    private Task SendAsync(ProvisionContext context, string path, string destination, int? mode, CancellationToken cancellationToken) =>
        context.Communicator.UploadAsync(
            new FileTransfer { LocalPath = path, RemotePath = destination, Mode = mode, Owner = Owner(), Sudo = spec.Sudo || Owner() is not null },
            cancellationToken);

    private async Task DownloadAsync(ProvisionContext context, CancellationToken cancellationToken)
    {
        var source = Source();
        RequireAbsolute("source", source);
        Directory.CreateDirectory(context.Folders.Downloads);
        var path = WorkspaceFiles.Resolve(context.Folders.Downloads, spec.Destination, "destination");
        if (spec.Destination.EndsWith('/') || spec.Destination == ".") path += '/';
        await context.Communicator.DownloadAsync(
            new FileTransfer { LocalPath = path, RemotePath = source, Sudo = spec.Sudo }, cancellationToken).ConfigureAwait(false);
        context.Output(OutputStream.Stdout, $"{source} copied from the machine to {spec.Destination}");
    }

    private string Source() => spec.Source ?? throw new StepException("source: neither source nor content is set");

    private int? Mode() => spec.Mode is null ? null : Convert.ToInt32(spec.Mode, 8);

    private string? Owner() => (spec.Owner, spec.Group) switch
    {
        (null, null) => null,
        (var user, null) => user,
        var (user, group) => string.Create(CultureInfo.InvariantCulture, $"{user}:{group}"),
    };

    private static void RequireAbsolute(string field, string path)
    {
        if (!path.StartsWith('/')) throw new StepException($"{field}: {path} is not absolute", hint: "a path on the machine begins with a slash");
    }

    private string? Hint(Exception error) => error.Message switch
    {
        var text when text.Contains("ermission denied", StringComparison.Ordinal) && !text.Contains("sudo:", StringComparison.Ordinal) && !spec.Sudo && Owner() is null => "set sudo: true to copy as root",
        var text when text.Contains("is a folder", StringComparison.Ordinal) => "end the destination with a slash to copy into the folder",
        _ => CopyHints.Of(error),
    };
}
