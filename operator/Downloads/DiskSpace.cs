using System.Globalization;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Downloads;

/// <summary>Recognises full volumes and says so in words.</summary>
public static class DiskSpace
{
    private const int NoSpace = 28; // ENOSPC
    private const int QuotaExceeded = 122; // EDQUOT

    public static bool IsFull(Exception error) => error is IOException && (error.HResult is NoSpace or QuotaExceeded);

    public static bool SaysFull(string text) =>
        text.Contains("No space left on device", StringComparison.OrdinalIgnoreCase) || text.Contains("Disk quota exceeded", StringComparison.OrdinalIgnoreCase);

    public static PlatformException Full(string folder, string doing, long? neededBytes = null, Exception? inner = null)
    {
        var free = FreeBytes(folder);
        var message = $"no space left in {folder} while {doing}"
            + (free is { } bytes ? $": {Text(bytes)} free" : "")
            + (neededBytes is { } needed ? $", {Text(needed)} needed" : "");
        return new PlatformException(FailureKind.Terminal, Reasons.NoSpace, message, $"make room in {folder}, or give it a larger volume", inner);
    }

    public static long? FreeBytes(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    public static string Text(long bytes) => bytes switch
    {
        >= 1L << 30 => (bytes / (double)(1L << 30)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB",
        >= 1L << 20 => (bytes / (double)(1L << 20)).ToString("0.0", CultureInfo.InvariantCulture) + " MiB",
        _ => (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB",
    };
}
