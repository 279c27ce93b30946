using System.Globalization;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Aws.Machines.Windows;

/// <summary>What EC2Launch runs at a Windows machine's first boot: the machine's own end, and OpenSSH's server with the keys that the builder knows.</summary>
internal static class WindowsUserData
{
    // The end stands first: what follows may need Windows Update, and fail. The task stays on the disk, so it asks which machine it is on.
    public static string Write(MachineCredentials credentials, DateTimeOffset end, int port) => $$"""
        <powershell>
        $ErrorActionPreference = 'Stop'
        $ask = @'
        $metadata = 'http://169.254.169.254/latest'
        $token = Invoke-RestMethod -Method Put -Uri "$metadata/api/token" -Headers @{'X-aws-ec2-metadata-token-ttl-seconds' = '60'}
        $id = Invoke-RestMethod -Uri "$metadata/meta-data/instance-id" -Headers @{'X-aws-ec2-metadata-token' = $token}

        '@
        Invoke-Expression $ask
        $end = [DateTimeOffset]::FromUnixTimeSeconds({{Number(end.ToUnixTimeSeconds())}}).LocalDateTime
        $command = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($ask + "if (`$id -eq '$id') { Stop-Computer -Force }"))
        $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument "-NoProfile -EncodedCommand $command"
        $trigger = New-ScheduledTaskTrigger -Once -At $end
        $trigger.EndBoundary = $end.AddDays(1).ToString('s')
        $settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -DeleteExpiredTaskAfter 00:00:01
        Register-ScheduledTask -TaskName 'imageoperator-deadline' -Action $action -Trigger $trigger -Settings $settings -User 'SYSTEM' -RunLevel Highest -Force | Out-Null

        if (-not (Get-Service 'sshd' -ErrorAction SilentlyContinue)) { Add-WindowsCapability -Online -Name 'OpenSSH.Server~~~~0.0.1.0' | Out-Null }
        $ssh = Join-Path $env:ProgramData 'ssh'
        New-Item -ItemType Directory -Force -Path $ssh | Out-Null
        function Put($name, $text) {
            $path = Join-Path $ssh $name
            [IO.File]::WriteAllText($path, $text.Replace("`r", '').TrimEnd() + "`n")
            icacls.exe $path /inheritance:r /grant '*S-1-5-18:F' '*S-1-5-32-544:F' | Out-Null
        }
        Put 'ssh_host_ed25519_key' @'
        {{Lines(credentials.HostPrivateKey)}}
        '@
        Put 'ssh_host_ed25519_key.pub' @'
        {{credentials.HostPublicKey.Trim()}}
        '@
        Put 'administrators_authorized_keys' @'
        {{credentials.PublicKey.Trim()}}
        '@
        $shell = Join-Path $env:ProgramFiles 'Git\bin\bash.exe'
        if (Test-Path $shell) {
            New-Item -Force -Path 'HKLM:\SOFTWARE\OpenSSH' | Out-Null
            New-ItemProperty -Force -Path 'HKLM:\SOFTWARE\OpenSSH' -Name 'DefaultShell' -Value $shell -PropertyType String | Out-Null
        }
        if (-not (Get-NetFirewallRule -Name 'imageoperator-ssh' -ErrorAction SilentlyContinue)) {
            New-NetFirewallRule -Name 'imageoperator-ssh' -DisplayName 'ImageOperator SSH' -Direction Inbound -Protocol TCP -LocalPort {{Number(port)}} -Action Allow -Profile Any | Out-Null
        }
        Set-Service 'sshd' -StartupType Automatic
        Restart-Service 'sshd'
        </powershell>

        """.ReplaceLineEndings("\r\n");

    private static string Lines(string pem) => pem.ReplaceLineEndings("\n").TrimEnd('\n');

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
