using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests.Guests;

[Trait("Category", "Vm")]
public sealed class GeneralizeTests : IDisposable
{
    private const string Use = """
        set -e
        echo 0123456789abcdef0123456789abcdef > /etc/machine-id
        mkdir -p /var/lib/dbus /var/lib/dhcp /var/lib/systemd /etc/udev/rules.d /var/lib/cloud/instances/i-1 /home/debian/.ssh /var/log/journal/x
        cp /etc/machine-id /var/lib/dbus/machine-id
        ssh-keygen -A > /dev/null
        touch /var/lib/dhcp/dhclient.eth0.leases /var/lib/systemd/random-seed /etc/udev/rules.d/70-persistent-net.rules /var/log/syslog.1 /var/log/old.gz /var/log/journal/x/system.journal
        ln -sfn /var/lib/cloud/instances/i-1 /var/lib/cloud/instance
        echo secret > /home/debian/.bash_history
        echo secret > /root/.bash_history
        echo line > /var/log/app.log
        echo x > /tmp/left
        mkdir -p /opt/build-tools/x
        printf 'ssh-ed25519 AAAA imageoperator\nssh-ed25519 BBBB admin@example.com\n' > /home/debian/.ssh/authorized_keys
        """;

    private readonly Step _step = new();

    public void Dispose() => _step.Dispose();

    [Fact]
    public async Task Generalize_Everything_IsGone()
    {
        await using var guest = await Toolbox.StartAsync();
        await guest.RunAsync(Use);
        await _step.RunAsync(guest.Session, """ "generalize": {"paths": ["/opt/build-*"], "packageCache": true} """);
        Assert.Equal("", await guest.RunAsync("""
            cat /etc/machine-id; ls -d /etc/ssh/ssh_host_* /var/lib/cloud/instance /var/lib/cloud/instances/* /home/debian/.bash_history /root/.bash_history /var/lib/dhcp/*.leases \
              /etc/udev/rules.d/70-* /var/lib/systemd/random-seed /tmp/left /opt/build-tools /var/log/*.gz /var/log/syslog.1 /var/log/journal/x/* 2> /dev/null
            find /var/log -type f -size +0
            """));
        Assert.Equal("ssh-ed25519 BBBB admin@example.com", await guest.RunAsync("cat /home/debian/.ssh/authorized_keys"));
        Assert.Equal("/etc/machine-id", await guest.RunAsync("readlink /var/lib/dbus/machine-id"));
        Assert.Contains("removed and verified: cloudInit, machineId, sshHostKeys", _step.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generalize_OptionOff_IsLeftAlone()
    {
        await using var guest = await Toolbox.StartAsync();
        await guest.RunAsync(Use);
        await _step.RunAsync(guest.Session, """
            "generalize": {"machineId": false, "sshHostKeys": false, "cloudInit": false, "shellHistory": false, "logs": false, "dhcpLeases": false, "udevRules": false,
              "temporaryFiles": false, "randomSeed": false, "buildKeys": false}
            """);
        Assert.Equal("9", await guest.RunAsync("""
            ls -d /etc/ssh/ssh_host_ed25519_key /var/lib/cloud/instance /home/debian/.bash_history /var/lib/dhcp/*.leases /etc/udev/rules.d/70-* /var/lib/systemd/random-seed /tmp/left /var/log/old.gz /etc/machine-id | wc -l
            """));
        Assert.Equal("33", await guest.RunAsync("wc -c < /etc/machine-id"));
    }

    [Fact]
    public async Task Generalize_WhatComesBack_FailsTheStep()
    {
        await using var guest = await Toolbox.StartAsync();
        // Immutable: rm cannot remove what is mounted.
        await guest.RunAsync("touch /root/.bash_history; mount --bind /root/.bash_history /root/.bash_history");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "generalize": {} """));
        Assert.Equal("still on the machine after it was removed: shellHistory /root/.bash_history", error.Message);
    }

    [Fact]
    public async Task Generalize_WithoutCloudInit_HostKeysAreMadeAtTheFirstBoot()
    {
        await using var guest = await Toolbox.StartAsync();
        await guest.RunAsync("rm -f /usr/bin/cloud-init; ssh-keygen -A; mkdir -p /etc/systemd/system");
        await _step.RunAsync(guest.Session, """ "generalize": {} """);
        Assert.Contains("ssh-keygen -A", await guest.RunAsync("cat /etc/systemd/system/multi-user.target.wants/imageoperator-ssh-host-keys.service"), StringComparison.Ordinal);
    }
}
