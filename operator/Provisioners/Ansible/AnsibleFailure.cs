using ImageOperator.Api.Provisioners;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Ansible;

/// <summary>What a failed run of ansible-playbook means.</summary>
internal static class AnsibleFailure
{
    public static StepException Of(AnsibleRun spec, int exitCode, TaskLog log)
    {
        var why = log.Failed is { } failed ? $"at the task \"{failed.Task}\": {Short(failed.Message)}"
            : log.Error is { } error ? Short(error)
            : $"ansible-playbook ended with exit code {exitCode}";
        return new StepException($"playbook {spec.Playbook} failed {why}", exitCode, Hint(exitCode, log));
    }

    private static string? Hint(int exitCode, TaskLog log)
    {
        var text = $"{log.Failed?.Message} {log.Error}";
        if (text.Contains("python", StringComparison.OrdinalIgnoreCase) && text.Contains("not found", StringComparison.OrdinalIgnoreCase)) return "Ansible's modules need Python on the machine: install python3 first, by a packages step";
        if (text.Contains("sudo: a password is required", StringComparison.Ordinal) || text.Contains("Missing sudo password", StringComparison.Ordinal)) return "the login user must be allowed to use sudo without a password (NOPASSWD in sudoers)";
        if (text.Contains("Attempting to decrypt", StringComparison.Ordinal) || text.Contains("Decryption failed", StringComparison.Ordinal)) return "set vaultPasswords: a password per vault ID, default for files without one";
        if (text.Contains("couldn't resolve module/action", StringComparison.Ordinal)) return "the builder has ansible-core alone: name the module's collection in galaxyRequirements";
        if (log.Unreachable) return "the session to the machine broke: look at the serial console";
        return exitCode switch
        {
            2 => "a task failed on the machine: its output is in logTail, and in the builder's log",
            4 => "the playbook cannot be read, or the machine was not reached",
            _ => null,
        };
    }

    private static string Short(string text) => text.Length > 500 ? text[..500] + "…" : text;
}
