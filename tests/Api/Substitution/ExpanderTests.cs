using System.Diagnostics;
using CsCheck;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Api.Tests.Substitution;

public sealed class ExpanderTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["params.x"] = "X",
        ["params.my-param_2"] = "Y",
        ["build.id"] = "42",
        ["params.nested"] = "$(params.x) $$(",
        ["params.empty"] = "",
    };

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("$(params.x)", "X")]
    [InlineData("a$(params.x)b$(build.id)c", "aXb42c")]
    [InlineData("$(params.x)$(params.x)", "XX")]
    [InlineData("[$(params.empty)]", "[]")]
    [InlineData("$(params.my-param_2)", "Y")]
    [InlineData("$$(params.x)", "$(params.x)")]
    [InlineData("$$$(params.x)", "$$(params.x)")]
    [InlineData("$$$$(params.x)", "$$$(params.x)")]
    [InlineData("$$(a) $(params.x)", "$(a) X")]
    [InlineData("$(params.nested)", "$(params.x) $$(")]
    [InlineData("$(hostname) $(date +%s) `x` ${HOME} $1 $? $$", "$(hostname) $(date +%s) `x` ${HOME} $1 $? $$")]
    [InlineData("$(cat /etc/os-release)", "$(cat /etc/os-release)")]
    [InlineData("$(echo $(params.x))", "$(echo X)")]
    [InlineData("$((1 + 2))", "$((1 + 2))")]
    [InlineData("$(./run.sh)", "$(./run.sh)")]
    [InlineData("$(3.5)", "$(3.5)")]
    [InlineData("$(params.x", "$(params.x")]
    [InlineData("$(params.x$(params.x)", "$(params.xX")]
    [InlineData("$(params.)", "$(params.)")]
    [InlineData("$()", "$()")]
    [InlineData("$(", "$(")]
    [InlineData("$$(", "$(")]
    [InlineData("$", "$")]
    [InlineData("$$", "$$")]
    [InlineData("ä€😀$(params.x)", "ä€😀X")]
    public void Expand_Table(string text, string expected) => Assert.Equal(expected, Expander.Expand(text, Values));

    [Theory]
    [InlineData("$(params.y)", "params.y", 1)]
    [InlineData("ab $(parms.x)", "parms.x", 4)]
    [InlineData("$$(a) $(build.ID)", "build.ID", 7)]
    [InlineData("$(params.x.y)", "params.x.y", 1)]
    public void Expand_UnknownName_IsNamedWithItsColumn(string text, string name, int column)
    {
        var result = Expander.Expand(text, Values, out var unknown);

        Assert.Equal([new UnknownName(name, column)], unknown);
        Assert.Contains($"$({name})", result, StringComparison.Ordinal);
        Assert.Throws<KeyNotFoundException>(() => Expander.Expand(text, Values));
    }

    [Fact]
    public void Expand_AnyText_NeverThrowsAndIsStable()
    {
        string[] pieces = ["$", "$$", "(", ")", "$(", "$$(", "params", ".", "x", "params.x", "$(params.x)", "$$(params.x)", "$(a.b)", "-", " ", "\n", "😀", "\ud800", ""];
        Gen.Int[0, pieces.Length - 1].Array[0, 12].Select(chosen => string.Concat(chosen.Select(i => pieces[i]))).Sample(text =>
        {
            var result = Expander.Expand(text, Values, out var unknown);
            // Escaping what came out gives it back: nothing is expanded twice.
            var escaped = result.Replace("$(", "$$(", StringComparison.Ordinal);
            if (result.Contains("$$(", StringComparison.Ordinal)) return unknown.All(u => u.Column <= text.Length);
            return Expander.Expand(escaped, Values) == result && unknown.All(u => text[u.Column - 1] == '$');
        }, iter: 100_000);
    }

    [Fact]
    public void Expand_TextWithoutReferences_IsTheSame() => Gen.String.Where(t => !t.Contains("$(", StringComparison.Ordinal))
        .Sample(text => ReferenceEquals(text, Expander.Expand(text, Values)), iter: 20_000);

    [Theory]
    [InlineData("$(")]
    [InlineData("$(a.")]
    [InlineData("$$(")]
    [InlineData("$(params.x)")]
    [InlineData("$")]
    public void Expand_AMegabyteOfOneThing_IsLinear(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var clock = Stopwatch.StartNew();

        _ = Expander.Expand(text, Values, out _);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
    }
}
