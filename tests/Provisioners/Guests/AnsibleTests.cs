using System.Diagnostics;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests.Guests;

/// <summary>The machine's ansible-core against the guest, over the session.</summary>
[Trait("Category", "Vm")]
public sealed class AnsibleTests : IDisposable
{
    private readonly Step _step = new();

    public AnsibleTests() => Assert.SkipUnless(File.Exists("/usr/bin/ansible-playbook"), "ansible-playbook is missing: apt-get install ansible-core");

    public void Dispose() => _step.Dispose();

    [Fact]
    public async Task Playbook_WithEverything_Converges()
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("ansible/site.yml", """
            - name: web
              hosts: web
              roles: [motd]
              tasks:
                - name: who
                  command: id -un
                  register: who
                  changed_when: false
                - name: variables
                  copy:
                    dest: /etc/values
                    content: "{{ who.stdout }} {{ port }} {{ colour }} {{ secret }} {{ nested.list[1] }} {{ vaulted }} {{ inventory_hostname }}\n"
                - {name: large, copy: {src: large, dest: /root/large}}
                - {name: back, fetch: {src: /etc/values, dest: "{{ out }}", flat: true}}
                - {name: quiet, shell: "echo {{ secret }}", no_log: true}
                - {name: ignored, command: /bin/false, ignore_errors: true}
                - {name: slow, fail: {msg: not here}, tags: [slow]}
            """);
        _step.AddFile("ansible/roles/motd/tasks/main.yml", "- {name: motd, template: {src: motd.j2, dest: /etc/motd}}\n");
        _step.AddFile("ansible/roles/motd/templates/motd.j2", "port {{ port }} on {{ ansible_facts.distribution }}\n");
        _step.AddFile("ansible/large", new string('x', 300_000) + "\n");
        var vault = _step.AddFile("vault.yml", "vaulted: from-the-vault\n");
        var password = _step.AddFile("../password", "open-sesame");
        await RunAsync("ansible-vault", "encrypt", "--vault-id", $"prod@{password}", vault);
        await _step.RunAsync(guest.Session, $$"""
            "ansible": {"playbook": "ansible/site.yml", "groups": ["web"], "hostName": "box", "hostVars": {"colour": "green"}, "groupVars": {"web": {"port": 8080} },
              "extraVars": {"secret": "hunter2-secret", "nested": {"list": [1, "two"] }, "out": "{{_step.Folders.Workspace}}/back"},
              "extraVarsFiles": ["vault.yml"], "vaultPasswords": {"prod": "open-sesame"}, "become": true, "skipTags": ["slow"]}
            """);
        const string Values = "root 8080 green hunter2-secret two from-the-vault box";
        Assert.Equal(Values, await guest.RunAsync("cat /etc/values"));
        Assert.Equal(Values + "\n", await File.ReadAllTextAsync(Path.Combine(_step.Folders.Workspace, "back"), TestContext.Current.CancellationToken));
        Assert.Equal("port 8080 on Debian", await guest.RunAsync("cat /etc/motd"));
        Assert.Equal("300001", await guest.RunAsync("wc -c < /root/large"));
        Assert.Contains("motd : motd", _step.Progress);
        Assert.Contains("TASK [variables]", _step.Output);
        Assert.DoesNotContain("hunter2-secret", _step.Said, StringComparison.Ordinal);
        var report = _step.Report!;
        Assert.StartsWith("ansible-core 2.", report.Tool, StringComparison.Ordinal);
        Assert.Equal((6, 0), (report.Changed, report.Failed));
        Assert.Equal(("ignored", "ignored"), (report.Findings!.Single().Id, report.Findings!.Single().Severity));
        Assert.Empty(Directory.GetFileSystemEntries(_step.Folders.Scratch));
        Assert.Equal("0", await guest.RunAsync("ls /home/debian/.ansible/tmp 2> /dev/null | wc -l"));
    }

    [Fact]
    public async Task Task_Fails_IsNamedWithItsMessage()
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("site.yml", "- {hosts: all, gather_facts: false, tasks: [{name: look, command: cat /no/such/file}, {name: never, command: 'true'}]}\n");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "ansible": {"playbook": "site.yml"} """));
        Assert.Equal((2, "playbook site.yml failed at the task \"look\": non-zero return code"), (error.ExitCode, error.Message));
        Assert.Contains("cat: /no/such/file: No such file or directory", _step.Output);
        Assert.Equal(("look", "failed"), (_step.Report!.Findings!.Single().Id, _step.Report.Findings!.Single().Severity));
    }

    [Theory]
    [InlineData("- {hosts: all, tasks: [{name: x, no_such_module: {}}]}\n", "couldn't resolve module/action", "galaxyRequirements")]
    [InlineData("- hosts: all\n  tasks: [\n", "failed", "cannot be read")]
    public async Task Playbook_Wrong_SaysWhat(string playbook, string message, string hint)
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("site.yml", playbook);
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "ansible": {"playbook": "site.yml"} """));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_OutputThatIsNoUtf8_IsTold()
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("site.yml", "- hosts: all\n  gather_facts: false\n  tasks:\n    - {name: bytes, shell: \"printf 'bad \\\\377 byte' >&2; exit 3\"}\n");

        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "ansible": {"playbook": "site.yml"} """));

        Assert.Contains("bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("bad ? byte", _step.Said, StringComparison.Ordinal);
        Assert.Equal(1, _step.Report!.Failed);
    }

    [Fact]
    public async Task Galaxy_CollectionFromTheWorkspace_IsThereForTheStep()
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("src/galaxy.yml", "namespace: acme\nname: tools\nversion: 1.0.0\nreadme: README.md\nauthors: [a]\n");
        _step.AddFile("src/README.md", "x");
        _step.AddFile("src/roles/hello/tasks/main.yml", "- {name: hello, command: echo hello-from-galaxy}\n");
        await RunAsync("ansible-galaxy", "collection", "build", Path.Combine(_step.Folders.Workspace, "src"), "--output-path", _step.Folders.Workspace);
        _step.AddFile("requirements.yml", "collections:\n  - {name: ./acme-tools-1.0.0.tar.gz, type: file}\n");
        _step.AddFile("site.yml", "- {hosts: all, gather_facts: false, roles: [acme.tools.hello]}\n");
        await _step.RunAsync(guest.Session, """ "ansible": {"playbook": "site.yml", "galaxyRequirements": "requirements.yml"} """);
        Assert.Contains("TASK [acme.tools.hello : hello]", _step.Output);
        Assert.Equal(1, _step.Report!.Changed);
    }

    [Fact]
    public async Task Cancelled_LeavesNothingRunning()
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("site.yml", "- {hosts: all, gather_facts: false, tasks: [{name: long, command: sleep 987611}]}\n");
        using var stop = new CancellationTokenSource();
        var running = _step.RunAsync(guest.Session, """ "ansible": {"playbook": "site.yml"} """, stop.Token);
        while (await guest.RunAsync("pgrep -c -x sleep") == "0") Assert.False(running.IsCompleted, _step.Said);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal("0", await guest.RunAsync("pgrep -c -x sleep"));
        Assert.DoesNotContain(_step.Folders.Scratch, Directory.EnumerateDirectories("/proc").Select(CommandLine).Aggregate("", (all, line) => all + line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Local_OnTheMachine_Converges()
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("ansible/site.yml", "- {hosts: all, tasks: [{name: values, copy: {dest: /etc/values, content: \"{{ secret }}\"}}]}\n");
        await _step.RunAsync(guest.Session, """ "ansibleLocal": {"playbook": "ansible/site.yml", "become": true, "extraVars": {"secret": "local-secret"}} """);
        Assert.Equal("local-secret", await guest.RunAsync("cat /etc/values"));
        Assert.Contains("values", _step.Progress);
        Assert.Equal(1, _step.Report!.Changed);
        Assert.Equal("0", await guest.RunAsync("ls -d /var/tmp/imageoperator.* 2> /dev/null | wc -l"));
    }

    [Fact]
    public async Task Local_Missing_SaysHowToInstall()
    {
        await using var guest = await Toolbox.StartAsync();
        await guest.RunAsync("rm /usr/bin/ansible-playbook");
        _step.AddFile("site.yml", "[]");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "ansibleLocal": {"playbook": "site.yml"} """));
        Assert.Equal("ansible-playbook is not on the machine", error.Message);
        Assert.Contains("installer: {}", error.Hint, StringComparison.Ordinal);
        _step.AddFile("install.sh", "printf '#!/bin/sh\\necho ansible-playbook 9.9\\n' > /usr/bin/ansible-playbook; chmod +x /usr/bin/ansible-playbook\n");
        await _step.RunAsync(guest.Session, """ "ansibleLocal": {"playbook": "site.yml", "installer": {"script": "install.sh"}} """);
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
