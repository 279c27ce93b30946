using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests.Guests;

/// <summary>apt, dnf and zypper as Debian has them, on repositories made in the guest: signed, with two versions of a package.</summary>
[Trait("Category", "Vm")]
public sealed class PackagesTests : IDisposable
{
    private const string DebRepository = """
        set -e
        export GNUPGHOME=/srv/gnupg
        mkdir -p /srv/repo && mkdir -m 700 $GNUPGHOME
        gpg --batch --quiet --passphrase '' --quick-generate-key tester default default never
        for version in 1.0 2.0; do
          mkdir -p /srv/work/$version/DEBIAN /srv/work/$version/usr/share/hello
          printf 'Package: hello-test\nVersion: %s\nArchitecture: all\nMaintainer: t <t@example.com>\nDescription: t\n' $version > /srv/work/$version/DEBIAN/control
          echo $version > /srv/work/$version/usr/share/hello/version
          dpkg-deb --build /srv/work/$version /srv/repo/hello-test_$version.deb > /dev/null
        done
        cd /srv/repo
        apt-ftparchive packages . > Packages
        apt-ftparchive release . > Release
        gpg --batch --quiet --armor --detach-sign -o Release.gpg Release
        gpg --batch --quiet --clearsign -o InRelease Release
        gpg --armor --export tester > /srv/key.asc
        rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
        """;

    private const string RpmRepository = """
        set -e
        mkdir -p /srv/rpm /etc/rpm
        # Debian's rpm keeps its database at home, zypper where it belongs.
        echo '%_dbpath /var/lib/rpm' > /etc/rpm/macros
        for version in 1.0 2.0; do
          printf 'Name: hello-test\nVersion: %s\nRelease: 1\nSummary: t\nLicense: t\nBuildArch: noarch\n%%description\nt\n%%install\nmkdir -p %%{buildroot}/usr/share/hello\necho %s > %%{buildroot}/usr/share/hello/version\n%%files\n/usr/share/hello/version\n' $version $version > /srv/hello.spec
          rpmbuild --quiet -bb --define '_rpmdir /srv/rpm' /srv/hello.spec > /srv/log 2>&1 || cat /srv/log
        done
        createrepo_c --quiet /srv/rpm
        # rpmdb2solv of Debian takes an empty database for an error.
        sed 's/hello-test/other-test/; s,share/hello,share/other,g' /srv/hello.spec > /srv/other.spec
        rpmbuild --quiet -bb --define '_rpmdir /srv/other' /srv/other.spec > /srv/log 2>&1 || cat /srv/log
        rpm --force-debian -i /srv/other/noarch/*.rpm
        rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
        """;

    private readonly Step _step = new();

    public void Dispose() => _step.Dispose();

    [Fact]
    public async Task Apt_RepositoryWithKey_InstallUpgradeRemove()
    {
        await using var guest = await Toolbox.StartAsync();
        Assert.Equal("", await guest.RunAsync(DebRepository));
        _step.AddFile("key.asc", await guest.RunAsync("cat /srv/key.asc"));
        const string Repository = """ "repositories": [{"name": "local", "url": "file:/srv/repo", "suite": "./", "keyFile": "key.asc"}] """;
        await _step.RunAsync(guest.Session, $$""" "packages": {"install": ["hello-test=1.0"], "clean": false, {{Repository}} } """);
        Assert.Equal("1.0", await guest.RunAsync("cat /usr/share/hello/version"));
        Assert.Matches("^apt 2[.]6[.]", _step.Report!.Tool);
        Assert.Equal(1, _step.Report.Changed);

        // Again: nothing is left to do.
        await _step.RunAsync(guest.Session, $$""" "packages": {"install": ["hello-test=1.0"], {{Repository}} } """);
        Assert.Equal(0, _step.Report.Changed);
        Assert.Equal("0", await guest.RunAsync("ls /var/lib/apt/lists | wc -l"));

        await _step.RunAsync(guest.Session, """ "packages": {"upgrade": "Safe"} """);
        Assert.Equal("2.0", await guest.RunAsync("cat /usr/share/hello/version"));
        await _step.RunAsync(guest.Session, """ "packages": {"remove": ["hello-test"], "update": false} """);
        Assert.Contains("No such file", await guest.RunAsync("cat /usr/share/hello/version"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apt_UnsignedOrUnknown_SaysWhat()
    {
        await using var guest = await Toolbox.StartAsync("root");
        Assert.Equal("", await guest.RunAsync(DebRepository));
        var unsigned = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """
            "packages": {"install": ["hello-test"], "repositories": [{"name": "local", "url": "file:/srv/repo", "suite": "./"}]}
            """));
        Assert.Contains("reading the repositories failed", unsigned.Message, StringComparison.Ordinal);
        Assert.Contains("not signed", unsigned.Message, StringComparison.Ordinal);
        await _step.RunAsync(guest.Session, """
            "packages": {"install": ["hello-test"], "repositories": [{"name": "local", "url": "file:/srv/repo", "suite": "./", "trusted": true, "temporary": true}]}
            """);
        Assert.Equal("", await guest.RunAsync("ls /etc/apt/sources.list.d"));
        var unknown = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "packages": {"install": ["no-such-thing"]} """));
        Assert.Equal("installing failed: apt-get ended with exit code 100: E: Unable to locate package no-such-thing", unknown.Message);
    }

    [Fact]
    public async Task Apt_Locked_WaitsThenSaysSo()
    {
        await using var guest = await Toolbox.StartAsync();
        Assert.Equal("", await guest.RunAsync(DebRepository));
        const string Hold = "python3 -c 'import fcntl,time; f=open(\"/var/lib/dpkg/lock-frontend\",\"w\"); fcntl.lockf(f,fcntl.LOCK_EX); open(\"/tmp/held\",\"w\"); time.sleep({0})' > /dev/null 2>&1 &";
        await guest.RunAsync(Hold.Replace("{0}", "3", StringComparison.Ordinal) + " while [ ! -e /tmp/held ]; do sleep 0.1; done");
        const string Install = """ "packages": {"install": ["hello-test"], "lockTimeout": "LIMIT", "repositories": [{"name": "local", "url": "file:/srv/repo", "suite": "./", "trusted": true}]} """;
        await _step.RunAsync(guest.Session, Install.Replace("LIMIT", "60s", StringComparison.Ordinal));
        Assert.Contains("another process uses the package manager: waiting", _step.Output);
        await guest.RunAsync("rm /tmp/held; " + Hold.Replace("{0}", "300", StringComparison.Ordinal) + " while [ ! -e /tmp/held ]; do sleep 0.1; done");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, Install.Replace("LIMIT", "2s", StringComparison.Ordinal).Replace("hello-test", "hello-test=1.0", StringComparison.Ordinal)));
        Assert.Contains("is in use by another process", error.Message, StringComparison.Ordinal);
        Assert.Contains("lockTimeout", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dnf")]
    [InlineData("Zypper")]
    public async Task Rpm_UnsignedRepository_IsRefused(string manager)
    {
        await using var guest = await Toolbox.StartAsync("root");
        Assert.Equal("", await guest.RunAsync(RpmRepository, root: false));

        await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, $$"""
            "packages": {"manager": "{{manager}}", "install": ["hello-test"], "repositories": [{"name": "local", "url": "file:///srv/rpm"}]}
            """));

        Assert.Contains("No such file", await guest.RunAsync("cat /usr/share/hello/version"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Dnf", "-1.0-1")]
    [InlineData("Zypper", "=1.0-1")]
    public async Task Rpm_RepositoryInstallUpgradeRemove(string manager, string version)
    {
        await using var guest = await Toolbox.StartAsync("root");
        Assert.Equal("", await guest.RunAsync(RpmRepository, root: false));
        await _step.RunAsync(guest.Session, $$"""
            "packages": {"manager": "{{manager}}", "install": ["hello-test{{version}}"], "repositories": [{"name": "local", "url": "file:///srv/rpm", "trusted": true}]}
            """);
        Assert.Equal("1.0", await guest.RunAsync("cat /usr/share/hello/version"));
        Assert.Equal(1, _step.Report!.Changed);
        await _step.RunAsync(guest.Session, $$""" "packages": {"manager": "{{manager}}", "upgrade": "Safe"} """);
        Assert.Equal("2.0", await guest.RunAsync("cat /usr/share/hello/version"));
        await _step.RunAsync(guest.Session, $$""" "packages": {"manager": "{{manager}}", "remove": ["hello-test"], "update": false} """);
        Assert.Contains("No such file", await guest.RunAsync("cat /usr/share/hello/version"), StringComparison.Ordinal);
        await _step.RunAsync(guest.Session, $$""" "packages": {"manager": "{{manager}}", "remove": ["hello-test"], "update": false} """);
    }
}
