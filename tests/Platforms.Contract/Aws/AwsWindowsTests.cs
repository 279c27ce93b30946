using System.Text;
using System.Text.Json;
using ImageOperator.Api;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Provisioners;
using ImageOperator.Platforms.Aws.Machines.Windows;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>Builds whose source is Windows: up to the password, which the cloud encrypts with the machine's key pair. No Windows runs here.</summary>
[Trait("Category", "Cloud")]
public sealed class AwsWindowsTests(Moto moto, ITestOutputHelper output)
{
    private const string Source = "Windows_Server-2016-English-Full-Base-*";

    [Fact]
    public Task Password_IsWaitedFor_AndGivenToSteps_AndShownNowhere() => BuildAsync(async (site, at) =>
    {
        var said = new List<string>();
        at.Case.Run = line =>
        {
            said.Add(line);
            return 0;
        };
        at.Case.Template = at.Case.Template with
        {
            Provisioners = [new Provisioner { Name = "p1", Shell = new() { Inline = ["build $(machine.password ?? \"none\")"] } }],
            Tests = [new ImageTest { Name = "t1", Shell = new() { Inline = ["test $(machine.password ?? \"none\")"] } }],
        };
        await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));

        // Each machine has made its own.
        var passwords = site.Cloud.Passwords.Made.ToList();
        Assert.Equal(2, passwords.Distinct().Count());
        Assert.Equal([$"build {passwords[0]}", $"test {passwords[1]}"], said);
        var shown = string.Join('\n', [.. at.Case.Store.History, .. at.Case.Log.Events.Select(e => JsonSerializer.Serialize<object>(e, ApiJson.Options))]);
        foreach (var password in passwords) Assert.DoesNotContain(password, shown, StringComparison.Ordinal);
        Assert.InRange(site.Cloud.Calls.Count(c => c == "ec2:GetPasswordData"), 4, 120);
        Assert.All(Imported(site), k => Assert.StartsWith("ssh-rsa ", k, StringComparison.Ordinal));
        Assert.Empty(site.Cloud.Calls.Distinct().Except(PolicyTests.Allowed()));
    });

    [Fact]
    public Task UserData_IsForEc2Launch() => BuildAsync(async (site, at) =>
    {
        await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));

        var run = site.Cloud.Requests.First(r => r.Action == "RunInstances");
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(run["UserData"]!));
        Assert.StartsWith("<powershell>\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("</powershell>\r\n", text, StringComparison.Ordinal);
        Assert.Contains($"@'\r\n{Sessions.PublicKey}\r\n'@", text, StringComparison.Ordinal);
        Assert.Contains("Put 'ssh_host_ed25519_key' @'\r\n-----BEGIN OPENSSH PRIVATE KEY-----\r\nhost\r\n-----END OPENSSH PRIVATE KEY-----\r\n'@", text, StringComparison.Ordinal);
        Assert.Matches(@"FromUnixTimeSeconds\([0-9]{10}\)", text);
        Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
    });

    [Fact]
    public Task PasswordOfTheTemplate_IsEnough() => BuildAsync(async (site, at) =>
    {
        at.Case.Template = at.Case.Template with { Communicator = new() { Ssh = new() { User = "administrator", Password = new() { SecretKeyRef = new() { Name = "login", Key = "password" } } } } };
        await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));

        Assert.DoesNotContain("ec2:GetPasswordData", site.Cloud.Calls);
        Assert.All(Imported(site), k => Assert.StartsWith("ssh-rsa ", k, StringComparison.Ordinal));
    });

    [Fact]
    public Task NoPasswordInTime_TheBuildFails_AndLeavesNothing() => BuildAsync(async (site, at) =>
    {
        site.Cloud.Timings = new() { Password = TimeSpan.FromDays(1) };
        var outcome = await at.Case.RunAsync(at.Case.NextProcess());
        Assert.Equal((TargetPhase.Failed, Reasons.MachineFailed), (outcome!.Status.Phase, outcome.Status.Failure!.Reason));
        Assert.Contains("has made no password within 20 minutes", outcome.Status.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("EC2Launch", outcome.Status.Failure.Hint, StringComparison.Ordinal);
        await at.AssertAsBeforeAsync();
    });

    [Fact]
    public async Task KilledAroundThePassword_NothingIsLeft()
    {
        await using var site = Place(new AwsSite(moto));
        await new KillMatrix(output, "ImportKeyPair", "GetPasswordData", "GetPasswordData~").RunAsync(site);
    }

    [Fact]
    public async Task Linux_HasTheKeyOfItsLogin_AndNoPassword()
    {
        await using var site = new AwsSite(moto);
        var tally = new Tally(site, output);
        await tally.CaseAsync("linux", async at =>
        {
            await at.AssertRightAsync(await at.Case.RunAsync(at.Case.NextProcess()));
            Assert.All(Imported(site), k => Assert.Equal(Sessions.PublicKey, k));
            Assert.DoesNotContain("ec2:GetPasswordData", site.Cloud.Calls);
        });
        tally.AssertGood();
    }

    [Fact]
    public void DataOfAnotherKey_IsNoPassword()
    {
        using var ours = new PasswordKey();
        using var other = System.Security.Cryptography.RSA.Create(2048);
        var data = Convert.ToBase64String(other.Encrypt("secret"u8.ToArray(), System.Security.Cryptography.RSAEncryptionPadding.Pkcs1));
        foreach (var text in new[] { data, "no base64!", "" })
        {
            var error = Assert.Throws<Engine.Failures.PlatformException>(() => ours.Decrypt(text));
            Assert.Contains("encrypted with another key", error.Message, StringComparison.Ordinal);
        }
    }

    private async Task BuildAsync(Func<AwsSite, Tally.At, Task> run)
    {
        await using var site = Place(new AwsSite(moto));
        var tally = new Tally(site, output);
        await tally.CaseAsync("windows", at => run(site, at));
        tally.AssertGood();
    }

    private static AwsSite Place(AwsSite site)
    {
        site.Aws = site.Aws with { Source = new() { Newest = new() { Name = Source, Owners = ["801119661308"] } } };
        return site;
    }

    private static IEnumerable<string> Imported(AwsSite site) => site.Cloud.Requests.Where(r => r.Action == "ImportKeyPair").Select(r => Encoding.UTF8.GetString(Convert.FromBase64String(r["PublicKeyMaterial"]!)));
}
