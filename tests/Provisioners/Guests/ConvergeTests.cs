using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests.Guests;

/// <summary>Debian's puppet in the guest; chef and salt, which Debian has not, as doubles that keep to their command lines, files and exit codes.</summary>
[Trait("Category", "Vm")]
public sealed class ConvergeTests : IDisposable
{
    private readonly Step _step = new();

    public void Dispose() => _step.Dispose();

    [Fact]
    public async Task Puppet_ManifestModulesHieraFacts_Converges()
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("puppet/site.pp", "include motd\nfile { '/etc/role': content => \"${facts['role']}\" }\n");
        _step.AddFile("puppet/modules/motd/manifests/init.pp", "class motd(String $text) { file { '/etc/motd': content => $text } }\n");
        _step.AddFile("puppet/hiera/hiera.yaml", "version: 5\nhierarchy: [{name: common, path: common.yaml}]\ndefaults: {datadir: ., data_hash: yaml_data}\n");
        _step.AddFile("puppet/hiera/common.yaml", "motd::text: from-hiera\n");
        const string Puppet = """ "puppet": {"manifest": "puppet/site.pp", "modulePath": ["puppet/modules"], "hieraConfig": "puppet/hiera/hiera.yaml", "facts": {"role": "web-role"}} """;
        await _step.RunAsync(guest.Session, Puppet);
        Assert.Equal("from-hiera web-role", await guest.RunAsync("echo $(cat /etc/motd) $(cat /etc/role)"));
        Assert.Equal(("puppet 7.23.0", 2, 0), (_step.Report!.Tool, _step.Report.Changed, _step.Report.Failed));
        await _step.RunAsync(guest.Session, Puppet);
        Assert.Equal(0, _step.Report.Changed);
        Assert.Equal("0", await guest.RunAsync("ls -d /var/tmp/imageoperator.* 2> /dev/null | wc -l"));

        _step.AddFile("broken.pp", "file { '/no/such/folder/file': content => 'x' }\n");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "puppet": {"manifest": "broken.pp"} """));
        Assert.Equal(4, error.ExitCode);
        Assert.Contains("could not converge 1 resources: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PuppetAgent_GetsServerAndCertificate_AndLeavesNone()
    {
        await using var guest = await Toolbox.StartAsync();
        await DoubleAsync(guest, "puppet", """
            [ "$1" != --version ] || { echo 7.0.0; exit; }
            echo "$@" > /root/puppet.args
            while [ $# -gt 0 ]; do [ "$1" != --ssldir ] || ssl=$2; [ "$1" != --lastrunfile ] || summary=$2; shift; done
            cat $ssl/certs/box.example.com.pem $ssl/private_keys/box.example.com.pem $ssl/certs/ca.pem > /root/puppet.pem
            stat -c %a $ssl/private_keys/box.example.com.pem >> /root/puppet.pem
            printf -- '---\nversion:\n  config: 1\nresources:\n  changed: 3\n  failed: 0\n  skipped: 1\n  total: 9\ntime:\n  total: 1\n' > $summary
            exit 2
            """);
        await _step.RunAsync(guest.Session, """
            "puppet": {"server": {"address": "puppet.example.com", "certName": "box.example.com", "waitForCert": "30s", "clientCertificate": "CERT", "clientKey": "KEY", "caCertificate": "CA"}, "environment": "production"}
            """);
        var arguments = await guest.RunAsync("cat /root/puppet.args");
        foreach (var expected in new[] { "agent --onetime --no-daemonize", "--server puppet.example.com", "--certname box.example.com", "--waitforcert 30", "--detailed-exitcodes", "--environment production" })
            Assert.Contains(expected, arguments, StringComparison.Ordinal);
        Assert.DoesNotContain("KEY", arguments, StringComparison.Ordinal);
        Assert.Equal("CERT\nKEY\nCA\n600", await guest.RunAsync("cat /root/puppet.pem"));
        Assert.Equal((3, 0, 1, 6), (_step.Report!.Changed, _step.Report.Failed, _step.Report.Skipped, _step.Report.Passed));
    }

    [Fact]
    public async Task Chef_Zero_ConfigurationAttributesRunList()
    {
        await using var guest = await Toolbox.StartAsync();
        await DoubleAsync(guest, "chef-client", ChefDouble);
        _step.AddFile("chef/cookbooks/web/recipes/default.rb", "package 'nginx'\n");
        await _step.RunAsync(guest.Session, """
            "chef": {"repository": "chef", "runList": ["recipe[web]", "role[base]"], "attributes": {"web": {"password": "chef-secret"}}, "dataBagSecret": "bag-secret", "environment": "test", "acceptLicense": true}
            """);
        Assert.Matches("--local-mode --config /var/tmp/imageoperator[.][^ ]+/client.rb --json-attributes [^ ]+/attributes.json .*--override-runlist recipe\\[web\\],role\\[base\\]", await guest.RunAsync("cat /root/chef.args"));
        Assert.DoesNotContain("secret", await guest.RunAsync("cat /root/chef.args"), StringComparison.Ordinal);
        var seen = await guest.RunAsync("cat /root/chef.seen");
        foreach (var expected in new[] { "chef_license 'accept-silent'", "environment 'test'", "local_mode true", "\"password\":\"chef-secret\"", "bag-secret", "package 'nginx'" }) Assert.Contains(expected, seen, StringComparison.Ordinal);
        // Files that recipes make are for all to read, as on any machine.
        Assert.Equal("0022", await guest.RunAsync("cat /root/chef.umask"));
        Assert.Equal(("chef-client 17.0.1", 3, 9), (_step.Report!.Tool, _step.Report.Changed, _step.Report.Passed));
        Assert.Equal("0", await guest.RunAsync("ls -d /var/tmp/imageoperator.* 2> /dev/null | wc -l"));
    }

    [Fact]
    public async Task Chef_Server_KeysAndPolicy_AreRemovedWithTheStep()
    {
        await using var guest = await Toolbox.StartAsync();
        await DoubleAsync(guest, "chef-client", ChefDouble);
        await _step.RunAsync(guest.Session, """
            "chef": {"server": {"url": "https://chef.example.com/organizations/acme", "nodeName": "box", "validationKey": "VALIDATION-KEY"}, "policyName": "web", "policyGroup": "prod"}
            """);
        var seen = await guest.RunAsync("cat /root/chef.seen");
        foreach (var expected in new[] { "chef_server_url 'https://chef.example.com/organizations/acme'", "node_name 'box'", "validation_client_name 'chef-validator'", "policy_name 'web'", "policy_group 'prod'" }) Assert.Contains(expected, seen, StringComparison.Ordinal);
        Assert.Equal("", await guest.RunAsync("grep -rl VALIDATION-KEY /etc /var/tmp /root 2> /dev/null"));
    }

    [Fact]
    public async Task Chef_FolderThatCannotBeRemoved_FailsTheStep()
    {
        await using var guest = await Toolbox.StartAsync();
        await DoubleAsync(guest, "chef-client", ChefDouble + "\ntouch $(dirname $config)/held; mount --bind $(dirname $config)/held $(dirname $config)/held");
        _step.AddFile("chef/cookbooks/web/recipes/default.rb", "package 'nginx'\n");

        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "chef": {"repository": "chef", "runList": ["recipe[web]"], "dataBagSecret": "bag-secret"} """));

        Assert.Matches("^/var/tmp/imageoperator[.][^ ]+ cannot be removed from the machine", error.Message);
        Assert.Contains("secrets", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chef_Fails_WithItsFatalWord()
    {
        await using var guest = await Toolbox.StartAsync();
        await DoubleAsync(guest, "chef-solo", "[ \"$1\" != --version ] || { echo 'Chef Infra Client: 17.0.1'; exit; }\necho '[2026] FATAL: Net::HTTPServerException: 404'\nexit 1");
        _step.AddFile("chef/cookbooks/x", "");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "chef": {"repository": "chef", "localMode": "Solo", "runList": ["recipe[x]"]} """));
        Assert.Equal((1, "chef ended with exit code 1: Net::HTTPServerException: 404"), (error.ExitCode, error.Message));
    }

    [Fact]
    public async Task Salt_StatesPillarResults()
    {
        await using var guest = await Toolbox.StartAsync();
        await DoubleAsync(guest, "salt-call", """
            [ "$1" != --version ] || { echo salt-call 3006.1; exit; }
            echo "$@" > /root/salt.args
            umask > /root/salt.umask
            while [ $# -gt 0 ]; do [ "$1" != --config-dir ] || config=$2; [ "$1" != --out-file ] || out=$2; shift; done
            cat $config/minion > /root/salt.seen
            base=$(sed -n 's/^file_roots: {base: \[\(.*\)\]}/\1/p' $config/minion)
            cat $base/web.sls $base/../pillar/given.sls >> /root/salt.seen
            cp /srv/answer $out
            exit $(cat /srv/code)
            """);
        _step.AddFile("salt/web.sls", "nginx: pkg.installed\n");
        await guest.RunAsync("""
            echo '{"local": {"pkg_|-nginx_|-nginx_|-installed": {"__id__": "nginx", "result": true, "changes": {"nginx": "1.22"}, "comment": "1 package installed"}, "file_|-a_|-a_|-managed": {"__id__": "a", "result": true, "changes": {}, "comment": "in the correct state"}}}' > /srv/answer; echo 0 > /srv/code
            """);
        const string Salt = """ "salt": {"stateTree": "salt", "states": ["web"], "pillar": {"app": {"token": "pillar-secret"}}} """;
        await _step.RunAsync(guest.Session, Salt);
        Assert.Matches("^--local --config-dir [^ ]+ --retcode-passthrough .*state.apply web$", await guest.RunAsync("cat /root/salt.args"));
        var seen = await guest.RunAsync("cat /root/salt.seen");
        foreach (var expected in new[] { "file_client: local", "nginx: pkg.installed", "\"token\":\"pillar-secret\"" }) Assert.Contains(expected, seen, StringComparison.Ordinal);
        Assert.Equal("0022", await guest.RunAsync("cat /root/salt.umask"));
        Assert.Equal(("salt-call 3006.1", 1, 1, 0), (_step.Report!.Tool, _step.Report.Changed, _step.Report.Passed, _step.Report.Failed));

        await guest.RunAsync("""
            echo '{"local": {"pkg_|-nginx_|-nginx_|-installed": {"__id__": "nginx", "result": false, "changes": {}, "comment": "no such package"}}}' > /srv/answer; echo 2 > /srv/code
            """);
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, Salt));
        Assert.Equal((2, "1 states failed: nginx: no such package"), (error.ExitCode, error.Message));
        await guest.RunAsync("""echo '{"local": ["Rendering SLS web failed: Jinja syntax error"]}' > /srv/answer; echo 1 > /srv/code""");
        var render = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, Salt));
        Assert.Contains("salt could not render the states: Rendering SLS web failed", render.Message, StringComparison.Ordinal);
    }

    private const string ChefDouble = """
        [ "$1" != --version ] || { echo 'Chef Infra Client: 17.0.1'; exit; }
        echo "$@" > /root/chef.args
        env > /root/chef.env
        umask > /root/chef.umask
        while [ $# -gt 0 ]; do [ "$1" != --config ] || config=$2; [ "$1" != --json-attributes ] || attributes=$2; shift; done
        cat $config $attributes > /root/chef.seen
        secret=$(sed -n "s/^encrypted_data_bag_secret '\(.*\)'/\1/p" $config)
        [ -z "$secret" ] || cat $secret >> /root/chef.seen
        cat $(dirname $config)/repository/cookbooks/web/recipes/default.rb >> /root/chef.seen 2> /dev/null
        echo 'Chef Infra Client finished, 3/12 resources updated in 02 seconds'
        """;

    private static Task<string> DoubleAsync(Toolbox guest, string name, string script) =>
        guest.RunAsync($"cat > /usr/local/bin/{name} << 'DOUBLE'\n#!/bin/sh\n{script}\nDOUBLE\nchmod 755 /usr/local/bin/{name}");
}
