namespace ImageOperator.Provisioners.Files;

/// <summary>What to do about copies that failed.</summary>
internal static class CopyHints
{
    public static string? Of(Exception error) => error.Message switch
    {
        var text when text.Contains("sudo:", StringComparison.Ordinal) => "the login user must be allowed to use sudo without a password (NOPASSWD in sudoers)",
        var text when text.Contains("o space left", StringComparison.Ordinal) => "the disk is full: enlarge it in the target",
        _ => null,
    };
}
