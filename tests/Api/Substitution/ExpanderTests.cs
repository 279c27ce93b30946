using System.Diagnostics;
using CsCheck;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Api.Tests.Substitution;

public sealed class ExpanderTests
{
    private static readonly ExpressionValues Values = ExpressionValues.Of([], new Dictionary<string, string>
    {
        ["x"] = "X",
        ["my-param_2"] = "Y",
        ["nested"] = "$(params.x) $$(",
        ["empty"] = "",
    }).With("build.id", "42");

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
    [InlineData("$(basename \"$0\") $(item) $(f() { true; }; f)", "$(basename \"$0\") $(item) $(f() { true; }; f)")]
    [InlineData("$(python3.11 -V) $(build.sh --all) $($x.Name) $(NF-1)", "$(python3.11 -V) $(build.sh --all) $($x.Name) $(NF-1)")]
    [InlineData("a$(upper(\"b)\") + params.x)c", "aB)Xc")]
    [InlineData("$(jsondecode(\"{}\").a ?? 'none')", "none")]
    [InlineData("$(echo $(lower(params.x)))", "$(echo x)")]
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
    [InlineData("$(a.b.c)", "a.b.c", 1)]
    [InlineData("$(upper(params.y))", "params.y", 9)]
    public void Expand_UnknownName_IsNamedWithItsColumn(string text, string name, int column)
    {
        var result = Expander.Expand(text, Values, out var errors);

        var error = Assert.Single(errors);
        Assert.Equal((name, column), (error.Unknown, error.Column));
        Assert.Equal(text.Replace("$$(", "$(", StringComparison.Ordinal), result);
        Assert.Throws<KeyNotFoundException>(() => Expander.Expand(text, Values));
    }

    [Theory]
    [InlineData("a $(params.x", 13, "is expected here, not the end")]
    [InlineData("$(params.)", 10, "a name is expected here, not \")\"")]
    [InlineData("$(params.x $(params.x))", 12, "\"$\" cannot stand in an expression")]
    [InlineData("$(params.x.y)", 12, "a string has no members")]
    [InlineData("$(uper(params.x))", 3, "there is no function uper")]
    [InlineData("$(upper(params.x)", 18, "is expected here, not the end")]
    [InlineData("$(split(\",\", \"a,b\"))", 1, "a list cannot stand in a text: write join")]
    [InlineData("$(jsondecode(\"{}\"))", 1, "a map cannot stand in a text")]
    [InlineData("$(jsondecode(\"null\"))", 1, "there is no value: say with ??")]
    [InlineData("$(replace(params.x, \"X\"))", 3, "replace is called with 2 arguments: write replace(text, search, replacement)")]
    [InlineData("$(upper(\"\\d\"))", 10, "put the text in single quotes")]
    [InlineData("$(upper('a))", 9, "is not closed")]
    public void Expand_WhatHasNoValue_SaysSoWithItsColumn(string text, int column, string message)
    {
        _ = Expander.Expand(text, Values, out var errors);

        Assert.Equal(column, errors[0].Column);
        Assert.Contains(message, errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_SecretsInIt_AreHandedOut()
    {
        var values = ExpressionValues.Of([new() { Name = "s", Sensitive = true }, new() { Name = "p" }], new Dictionary<string, string> { ["s"] = "hunter2", ["p"] = "plain" });
        var secrets = new List<string>();

        var text = Expander.Expand("$(params.p) $(upper(params.s)) $(params.s == 'x') $(sha1(params.p))", values, out var errors, secrets);

        Assert.Empty(errors);
        Assert.StartsWith("plain HUNTER2 false ", text, StringComparison.Ordinal);
        Assert.Equal(["HUNTER2"], secrets);
    }

    [Theory]
    [InlineData("lookup({a: 1}, split(':', params.s)[1])")]
    [InlineData("upper({a: 1}[split(':', params.s)[1]])")]
    [InlineData("upper({(split(':', params.s)[1]): 1}.b)")]
    [InlineData("yamldecode(split(':', params.s)[1] + ': [')")]
    [InlineData("range(jsondecode(params.n) * 1000000)")]
    public void Expand_ErrorMadeOfASecret_ShowsNothingOfIt(string expression)
    {
        var values = ExpressionValues.Of([new() { Name = "s", Sensitive = true }, new() { Name = "n", Sensitive = true }], new Dictionary<string, string> { ["s"] = "robot:c4n4ry", ["n"] = "471147" });

        _ = Expander.Expand($"$({expression})", values, out var errors);

        var message = Assert.Single(errors).Message;
        Assert.Equal("has no value; why is not told, for a sensitive value is in it", message);
    }

    [Fact]
    public void Expand_AnyText_NeverThrowsAndIsStable()
    {
        string[] pieces = ["$", "$$", "(", ")", "$(", "$$(", "params", ".", "x", "params.x", "$(params.x)", "$$(params.x)", "$(a.b)", "upper(", "'", "-", " ", "\n", "😀", "\ud800", ""];
        Gen.Int[0, pieces.Length - 1].Array[0, 12].Select(chosen => string.Concat(chosen.Select(i => pieces[i]))).Sample(text =>
        {
            var result = Expander.Expand(text, Values, out var errors);
            // Escaping what came out gives it back: nothing is expanded twice.
            var escaped = result.Replace("$(", "$$(", StringComparison.Ordinal);
            if (result.Contains("$$(", StringComparison.Ordinal)) return errors.All(u => u.Column <= text.Length + 1);
            return Expander.Expand(escaped, Values) == result && errors.All(u => u.Column >= 1 && u.Column <= text.Length + 1);
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
    [InlineData("$(upper(")]
    [InlineData("$(upper('")]
    [InlineData("$(upper(\"")]
    [InlineData("$(upper(params.x ?? (")]
    [InlineData("$")]
    public void Expand_AMegabyteOfOneThing_IsLinear(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var clock = Stopwatch.StartNew();

        _ = Expander.Expand(text, Values, out _);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
    }
}
