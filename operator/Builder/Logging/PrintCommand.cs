using System.Buffers;
using ImageOperator.Api.Protocol;
using ImageOperator.Builder.Pod;

namespace ImageOperator.Builder.Logging;

/// <summary><c>image-builder print</c>: a file as base64, so that it comes through a pod's log unharmed.</summary>
internal static class PrintCommand
{
    /// <summary>A multiple of three: only the last line is padded.</summary>
    private const int LineBytes = 6 << 10;

    public static async Task<BuilderExitCode> RunAsync(string path, TextWriter output, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LineBytes);
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await using var _ = file.ConfigureAwait(false);
            while (await file.ReadAtLeastAsync(buffer.AsMemory(0, LineBytes), LineBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                await output.WriteLineAsync(Convert.ToBase64String(buffer, 0, read)).ConfigureAwait(false);
            }

            return BuilderExitCode.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TerminationMessage.Write(e.Message);
            return BuilderExitCode.Failed;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
