using ImageOperator.Api.Protocol;

namespace ImageOperator.Builder.Pod;

/// <summary>What kubelet copies into the pod's status when the container has ended.</summary>
internal static class TerminationMessage
{
    private const string Path = ProbeResult.File;

    public static void Write(string message)
    {
        if (!File.Exists(Path)) return;
        try
        {
            File.WriteAllText(Path, message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The log has it, too.
        }
    }
}
