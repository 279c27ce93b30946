using ImageOperator.Api.Targets.Azure;

namespace ImageOperator.Platforms.Azure.Machines;

/// <summary>What runs on a build machine last: it takes away what makes the machine this one. Its exit code tells whether it did.</summary>
internal static class Generalization
{
    private const string Linux =
        "if [ \"$(id -u)\" = 0 ]; then as=; else as='sudo -n'; fi; $as sh -c 'waagent -force -deprovision+user && rm -f /root/.bash_history && sync'";

    // Sysprep returns at once, and says 0 whatever comes of it: the registry tells.
    private const string Windows =
        "powershell -NoProfile -NonInteractive -Command \"$ErrorActionPreference='Stop'; "
        + "& $env:SystemRoot\\System32\\Sysprep\\Sysprep.exe /oobe /generalize /mode:vm /quiet /quit; "
        + "foreach ($i in 1..180) { if ((Get-ItemProperty HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Setup\\State).ImageState -eq 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE') { exit 0 }; Start-Sleep 5 }; "
        + "exit 1\"";

    public static string Of(AzureTarget target) => target.GeneralizeCommand ?? (target.OsType == AzureOsType.Windows ? Windows : Linux);
}
