using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Tests.Guests;

/// <summary>Debian's goss, lynis and oscap in the guest.</summary>
[Trait("Category", "Vm")]
public sealed class CheckTests : IDisposable
{
    private const string Content = """
        <?xml version="1.0" encoding="UTF-8"?>
        <Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2" id="xccdf_org.example_benchmark_test" resolved="1" xml:lang="en">
          <status date="2026-11-23">draft</status><title>t</title><description>d</description><version>1</version>
          <Profile id="xccdf_org.example_profile_test"><title>test</title>
            <select idref="xccdf_org.example_rule_root" selected="true"/><select idref="xccdf_org.example_rule_marker" selected="true"/>
          </Profile>
          <Rule id="xccdf_org.example_rule_root" severity="low"><title>There is a root</title>
            <check system="http://open-scap.org/page/SCE"><check-import import-name="stdout"/><check-content-ref href="root.sh"/></check>
          </Rule>
          <Rule id="xccdf_org.example_rule_marker" severity="high"><title>The marker is there</title>
            <fix system="urn:xccdf:fix:script:sh">touch /etc/marker</fix>
            <check system="http://oval.mitre.org/XMLSchema/oval-definitions-5"><check-content-ref href="oval.xml" name="oval:org.example:def:1"/></check>
          </Rule>
        </Benchmark>
        """;

    private readonly Step _step = new();

    public void Dispose() => _step.Dispose();

    [Fact]
    public async Task Goss_PassesAndFails_WithResultsAsData()
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("goss/goss.yaml", "file:\n  /etc/passwd: {exists: true, contents: [\"root\"]}\n  /etc/{{.Vars.name}}: {exists: true}\nuser:\n  root: {exists: true, uid: 0}\n");
        _step.AddFile("goss/vars.yaml", "name: hosts\n");
        await _step.RunAsync(guest.Session, """ "goss": {"file": "goss/goss.yaml", "varsFile": "goss/vars.yaml"} """);
        Assert.Equal(("goss", 0), (_step.Report!.Tool.Split(' ')[0], _step.Report.Failed));
        Assert.True(_step.Report.Passed >= 4);
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "goss": {"file": "goss/goss.yaml", "varsFile": "goss/vars.yaml", "vars": {"name": "no-such"}} """));
        Assert.Contains("1 of", error.Message, StringComparison.Ordinal);
        Assert.Contains("/etc/no-such", _step.Report!.Findings!.Single().Message, StringComparison.Ordinal);
        Assert.Contains("\"summary\"", await File.ReadAllTextAsync(Path.Combine(_step.Folders.Downloads, _step.Report.File!), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goss_Broken_SaysWhy()
    {
        await using var guest = await Toolbox.StartAsync();
        _step.AddFile("goss.yaml", "file: [\n");
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "goss": {"file": "goss.yaml"} """));
        Assert.Contains("goss could not validate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lynis_ReportsAndGates()
    {
        await using var guest = await Toolbox.StartAsync();
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """
            "lynis": {"gate": {"minHardeningIndex": 99}, "skipTests": ["PKGS-7392", "PKGS-7398", "NETW-2705", "TIME-3104", "CRYP-7902", "FILE-6310"]}
            """));
        Assert.Matches("^the hardening index is [0-9]+, the gate asks for 99$", error.Message);
        Assert.Equal("lynis 3.0.8", _step.Report!.Tool);
        Assert.InRange(int.Parse(_step.Report.Score!, System.Globalization.CultureInfo.InvariantCulture), 1, 98);
        Assert.NotEmpty(_step.Report.Findings!);
        Assert.DoesNotContain("FILE-6310", _step.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Openscap_ReportsGatesAndRemediates()
    {
        await using var guest = await Toolbox.StartAsync();
        await guest.RunAsync($"mkdir -p /srv/scap && cat > /srv/scap/xccdf.xml << 'END'\n{Content.Replace("<check system=\"http://open-scap.org/page/SCE\"><check-import import-name=\"stdout\"/><check-content-ref href=\"root.sh\"/></check>", Check("2"), StringComparison.Ordinal)}\nEND\ncat > /srv/scap/oval.xml << 'END'\n{Oval()}\nEND");
        const string Scan = "\"content\": \"/srv/scap/xccdf.xml\", \"profile\": \"xccdf_org.example_profile_test\"";
        await _step.RunAsync(guest.Session, $$""" "openscap": { {{Scan}} } """);
        Assert.Equal((1, 1), (_step.Report!.Passed, _step.Report.Failed));
        Assert.Equal(("marker", "high", "The marker is there"), (_step.Report.Findings!.Single().Id, _step.Report.Findings!.Single().Severity, _step.Report.Findings!.Single().Message));
        var error = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, $$""" "openscap": { {{Scan}}, "gate": {"severities": ["High"]} } """));
        Assert.Equal("1 rules of severity high failed: marker", error.Message);
        await _step.RunAsync(guest.Session, $$""" "openscap": { {{Scan}}, "remediate": true, "gate": {"maxFailed": 0} } """);
        Assert.Equal((2, 0), (_step.Report!.Passed, _step.Report.Failed));
        Assert.Equal("/etc/marker", await guest.RunAsync("ls /etc/marker"));
        Assert.True(File.Exists(Path.Combine(_step.Folders.Downloads, _step.Report.File!)));
        var wrong = await Assert.ThrowsAsync<StepException>(() => _step.RunAsync(guest.Session, """ "openscap": {"content": "/srv/scap/xccdf.xml", "profile": "no-such"} """));
        Assert.Contains("oscap could not evaluate", wrong.Message, StringComparison.Ordinal);
    }

    private static string Check(string definition) =>
        $"<check system=\"http://oval.mitre.org/XMLSchema/oval-definitions-5\"><check-content-ref href=\"oval.xml\" name=\"oval:org.example:def:{definition}\"/></check>";

    private static string Oval()
    {
        string Definition(string id) => $"<definition class=\"compliance\" id=\"oval:org.example:def:{id}\" version=\"1\"><metadata><title>t</title><description>d</description></metadata><criteria><criterion test_ref=\"oval:org.example:tst:{id}\"/></criteria></definition>";
        string Test(string id) => $"<unix:file_test check=\"all\" check_existence=\"all_exist\" comment=\"c\" id=\"oval:org.example:tst:{id}\" version=\"1\"><unix:object object_ref=\"oval:org.example:obj:{id}\"/></unix:file_test>";
        string Object(string id, string path) => $"<unix:file_object id=\"oval:org.example:obj:{id}\" version=\"1\"><unix:filepath>{path}</unix:filepath></unix:file_object>";
        return $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5" xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5" xmlns:unix="http://oval.mitre.org/XMLSchema/oval-definitions-5#unix">
              <generator><oval:schema_version>5.11</oval:schema_version><oval:timestamp>2026-11-23T00:00:00</oval:timestamp></generator>
              <definitions>{Definition("1")}{Definition("2")}</definitions>
              <tests>{Test("1")}{Test("2")}</tests>
              <objects>{Object("1", "/etc/marker")}{Object("2", "/etc/passwd")}</objects>
            </oval_definitions>
            """;
    }
}
