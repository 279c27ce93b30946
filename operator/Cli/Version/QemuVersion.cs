using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using ImageOperator.Platforms.Qemu;

namespace ImageOperator.Cli.Version;

/// <summary>Asks the emulator for its version.</summary>
internal static partial class QemuVersion
{
    /// <summary>Null if there is no emulator.</summary>
    public static async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(new QemuOptions().Emulator, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var text = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return Number().Match(text) is { Success: true } match ? match.Value : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex Number();
}
