using System.Text;
using System.Text.Json;
using CsCheck;
using ImageOperator.Api;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Masking;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests;

public sealed class MaskingTests
{
    private const string Canary = "c4n4ry-Passw0rd!";
    private const string Multiline = "-----BEGIN KEY-----\nabcDEFghiJKL\nmnoPQRstuVWX\n-----END KEY-----\n";

    [Theory]
    [InlineData("p1")]
    [InlineData("t1")]
    public async Task Secret_IsNowhere(string command)
    {
        var scenario = new Scenario { Secrets = [Canary, Multiline] };
        scenario.World.Console = $"login: {Canary}\nmnoPQRstuVWX";
        scenario.World.Fault = call => { if (call == "remove build/disk") throw new IOException($"denied for {Canary}"); };
        scenario.World.Commands[command] = run =>
        {
            run.Print(OutputStream.Stdout, $"password={Canary}");
            run.Print(OutputStream.Stdout, "abcDEFghiJKL");
            run.Print(OutputStream.Stderr, Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary)));
            run.Print(OutputStream.Stderr, new string('x', 4090) + Canary);
            throw new Failures.StepException($"{Canary} was refused", 3, $"try another than {Canary}");
        };

        var outcome = await scenario.RunAsync();

        Assert.Equal(TargetPhase.Failed, outcome.Status.Phase);
        Assert.Contains(SecretMasker.Mask, outcome.Status.Failure!.Message, StringComparison.Ordinal);
        string[] shown =
        [
            .. scenario.World.Store.History, JsonSerializer.Serialize(outcome.Status, ApiJson.Options), outcome.ToString(),
            .. scenario.Log.Events.Select(e => JsonSerializer.Serialize<object>(e, ApiJson.Options)),
        ];
        foreach (var secret in new[] { Canary, Canary[..6], "abcDEFghiJKL", "mnoPQRstuVWX", Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary)) })
        {
            Assert.DoesNotContain(shown, text => text.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task PasswordOfTheMachine_IsGivenToSteps_AndShownNowhere()
    {
        var scenario = new Scenario { Template = Specs.Template() with { Provisioners = [Specs.Step("p1", "use $(machine.password ?? \"none\")")] } };
        scenario.World.Password = Canary;
        var used = new List<string>();
        scenario.World.Commands[$"use {Canary}"] = run =>
        {
            used.Add(run.Machine.Key);
            run.Print(OutputStream.Stdout, $"password={Canary}");
            throw new Failures.StepException($"{Canary} was refused");
        };

        var outcome = await scenario.RunAsync();

        Assert.Equal(["build/machine"], used);
        Assert.Contains($"{SecretMasker.Mask} was refused", outcome.Status.Failure!.Message, StringComparison.Ordinal);
        string[] shown = [.. scenario.World.Store.History, .. scenario.Log.Events.Select(e => JsonSerializer.Serialize<object>(e, ApiJson.Options))];
        Assert.DoesNotContain(shown, text => text.Contains(Canary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task MachineWithoutPassword_TheNameIsNull()
    {
        var scenario = new Scenario { Template = Specs.Template() with { Provisioners = [Specs.Step("p1", "use $(machine.password ?? \"none\")")] } };
        var used = 0;
        scenario.World.Commands["use none"] = _ =>
        {
            used++;
            return Task.FromResult(0);
        };

        Assert.True((await scenario.RunAsync()).Succeeded);
        Assert.Equal(1, used);
    }

    [Theory]
    [InlineData("2026")]
    [InlineData("Running")]
    [InlineData("Succeeded")]
    [InlineData("10s")]
    public async Task SecretThatIsAWordOfTheStatus_DoesNotBreakTheJournal(string secret)
    {
        var scenario = new Scenario { Secrets = [secret] };

        Assert.True((await scenario.RunAsync()).Succeeded);
        scenario.AssertClean(published: 1);
    }

    [Fact]
    public void Apply_OverlappingSecrets_NothingOfEitherIsLeft() =>
        Assert.Equal("<***>", new SecretMasker(["abcdef", "defghi"]).Apply("<abcdefghi>"));

    [Fact]
    public void Apply_Base64WithNewline_IsMasked() =>
        Assert.Equal(SecretMasker.Mask, new SecretMasker([Canary]).Apply(Convert.ToBase64String(Encoding.UTF8.GetBytes(Canary + "\n"))));

    [Fact]
    public void Apply_AnyTextAroundAnySecret_HidesItAndKeepsTheRest()
    {
        var text = Gen.String[Gen.Char['a', 'e'], 0, 30];
        Gen.Select(Gen.String[Gen.Char['a', 'e'], 3, 8].List[1, 4], text, text).Sample((secrets, before, after) =>
        {
            var masked = new SecretMasker(secrets).Apply(before + secrets[0] + after);
            Assert.DoesNotContain(secrets, s => masked.Contains(s, StringComparison.Ordinal));
            Assert.Contains(SecretMasker.Mask, masked, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Apply_NoSecretInTheText_ChangesNothing() =>
        Gen.String[Gen.Char['a', 'e'], 0, 50].Sample(text => Assert.Equal(text, new SecretMasker(["xyz", "", "ab"]).Apply(text)));

    [Fact]
    public void Apply_Twice_IsAsOnce() => Gen.Select(Gen.String[Gen.Char['a', 'c'], 3, 5], Gen.String[Gen.Char['a', 'c'], 0, 50]).Sample((secret, text) =>
    {
        var masker = new SecretMasker([secret]);
        Assert.Equal(masker.Apply(text), masker.Apply(masker.Apply(text)));
    });
}
