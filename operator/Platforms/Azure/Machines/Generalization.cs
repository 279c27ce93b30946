using ImageOperator.Api.Targets.Azure;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>What runs on a build machine last: it takes away what makes the machine this one. Its exit code tells whether it did.</summary>
internal static class Generalization
{
    private const string Agent = "waagent -force -deprovision+user";

    // Sysprep returns at once, and says 0 whatever comes of it: the registry tells.
    private const string Windows =
        "powershell -NoProfile -NonInteractive -Command \"$ErrorActionPreference='Stop'; "
        + "& $env:SystemRoot\\System32\\Sysprep\\Sysprep.exe /oobe /generalize /mode:vm /quiet /quit; "
        + "foreach ($i in 1..180) { if ((Get-ItemProperty HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\State).ImageState -eq 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE') { exit 0 }; Start-Sleep 5 }; "
        + "exit 1\"";

    public static string Of(AzureTarget target, MachineCredentials credentials) => target.GeneralizeCommand ?? (target.OsType == AzureOsType.Windows ? Windows : Linux(credentials));

    private static string Linux(MachineCredentials credentials) =>
        $"if [ \"$(id -u)\" = 0 ]; then as=; else as='sudo -n'; fi; $as sh -c '{Agent}{Login(credentials)} && rm -f /root/.bash_history && sync'";

    /// <summary>The agent takes away whom Azure made. Whom cloud-init made beside goes, too: one that was there before loses the builder's key only.</summary>
    private static string Login(MachineCredentials credentials)
    {
        if (CustomData.AdminOf(credentials) == credentials.User) return "";
        var key = credentials.PublicKey.Trim().Split(' ')[1];
        return $" && keys=$(eval echo ~{credentials.User})/.ssh/authorized_keys && if [ -f \"$keys\" ]; then grep -vF \"{key}\" \"$keys\" > \"$keys.rest\"; cat \"$keys.rest\" > \"$keys\"; rm -f \"$keys.rest\"; fi"
            + $" && if [ -f {CustomData.MadeMark} ]; then userdel -f -r {credentials.User}; rm -f {CustomData.MadeMark}; ! id {credentials.User} > /dev/null 2>&1; fi";
    }
}
