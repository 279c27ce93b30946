using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Evaluation;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Tests.Expressions;

public sealed class EvaluatorTests
{
    [Theory]
    [InlineData("1 + 2 * 3 - 4 / 2", "5")]
    [InlineData("-(2 + 3) % 3", "-2")]
    [InlineData("1 < 2 && !(2 < 1) || false", "true")]
    [InlineData("null ?? 1 + 2", "3")]
    [InlineData("{a: 1}.b ?? 2 == 2", "true")]
    [InlineData("[1][5] ?? [2][0]", "2")]
    [InlineData("{a: null}.a.b.c ?? 'deep'", "\"deep\"")]
    [InlineData("true ? 1 : [][0]", "1")]
    [InlineData("false && [][0]", "false")]
    [InlineData("'a' + \"b\\n\\u00e9\"", "\"ab\\né\"")]
    [InlineData("{a: [1, {b: 2}]}.a[1].b", "2")]
    [InlineData("{(upper('k')): 1, \"l\": 2, m: 3}", "{\"K\":1,\"l\":2,\"m\":3}")]
    [InlineData("[for k, v in {a: 1, b: 2} : format('%s%d', k, v) if v > 1]", "[\"b2\"]")]
    [InlineData("{for i, v in ['x', 'y'] : v => i}", "{\"x\":0,\"y\":1}")]
    [InlineData("[for x in [1, 2] : [for x in ['a'] : x]]", "[[\"a\"],[\"a\"]]")]
    [InlineData("1.50", "1.50")]
    [InlineData("1.50 + 0", "1.5")]
    [InlineData("0.1 + 0.2 == 0.3", "true")]
    [InlineData("[1, 2] == [1, 2] && {a: 1} != {a: 2}", "true")]
    [InlineData("'1' == 1", "false")]
    [InlineData("try(tonumber('x'), [][3], 'z')", "\"z\"")]
    [InlineData("[for x in ['a'] : try([for x in ['b'] : x + 1][0], x)]", "[\"a\"]")]
    [InlineData("distinct([1, 1.0, 2])", "[1,2]")]
    [InlineData("setintersection([1, 2], [1.0])", "[1]")]
    [InlineData("trim(' a ', '')", "\" a \"")]
    [InlineData("cidrhost('fd00::/64', -1)", "\"fd00::ffff:ffff:ffff:ffff\"")]
    [InlineData("cidrhost('fd00::/48', 5)", "\"fd00::5\"")]
    [InlineData("cidrhost('::/0', -2)", "\"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe\"")]
    [InlineData("cidrhost('10.0.0.0/30', -4)", "\"10.0.0.0\"")]
    [InlineData("try(cidrhost('10.0.0.0/30', -5), cidrhost('10.0.0.0/30', 4), 'none')", "\"none\"")]
    public void Evaluate_Table(string text, string json) => Assert.Equal(json, JsonForm.Write(Evaluate(text)));

    [Theory]
    [InlineData("[1, 2][2]", 8, "there is no item 2: the list has 2, counted from 0")]
    [InlineData("{a: 1}.b", 8, "there is no member \"b\"; there are a")]
    [InlineData("1 / 0", 3, "division by zero")]
    [InlineData("79228162514264337593543950335 * 2", 31, "the number is out of range")]
    [InlineData("1 + 'a'", 3, "+ needs numbers, or two texts, not a string")]
    [InlineData("'a' ? 1 : 2", 5, "a condition must be true or false, not a string: compare it with something")]
    [InlineData("upper([])", 7, "upper needs a string, a number or a bool as text, not a list: write upper(text)")]
    [InlineData("1 + timeadd('now', '1h')", 5, "timeadd: the text is not a time")]
    [InlineData("[for x in 3 : x]", 11, "for goes over a list or a map, not a number")]
    public void Evaluate_WithoutAValue_SaysWhere(string text, int column, string message)
    {
        var error = Assert.Throws<ExpressionException>(() => Evaluate(text));

        Assert.Equal(column, error.Column);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("replace(join('', [for i in range(9000) : 'aaaaaaaaaa']), 'a', join('', [for i in range(9000) : 'bbbbbbbbbb']))")]
    [InlineData("[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]]")]
    [InlineData("setproduct(range(1000), range(1000), range(1000))")]
    [InlineData("range(1000000000)")]
    [InlineData("format('%1000s%1000s', 'a', 'b') == join('', [for i in range(9999) : format('%1000s', 'a')])")]
    [InlineData("try([for a in range(9999) : range(9999)], 1)")]
    [InlineData("regex_replace(join('', [for i in range(9000) : 'aaaaaaaaaa']), 'a', '$0$_')")]
    [InlineData("indent(1000, join('\n', range(9999)))")]
    [InlineData("[for i in range(200) : length(join('', [for j in range(9000) : 'aaaaaaaaaa']))]")]
    [InlineData("[for text in [join('', [for j in range(9000) : 'aaaaaaaaaa'])] : [for i in range(1000) : length(text)]]")]
    public void Evaluate_TooMuch_IsStopped(string text) => Assert.True(Assert.Throws<ExpressionException>(() => Evaluate(text)).IsLimit);

    [Fact]
    public void Parse_TooDeepOrLong_IsRefused()
    {
        foreach (var text in new[]
        {
            string.Concat(Enumerable.Repeat("(", 10_000)), string.Concat(Enumerable.Repeat("-", 8_000)) + "1", string.Concat(Enumerable.Repeat("[", 5_000)),
            string.Join("+", Enumerable.Repeat("1", 100)), "a" + string.Concat(Enumerable.Repeat(".b", 100)), string.Concat(Enumerable.Repeat("true ? 1 : ", 70)) + "1", new string('1', 9_000),
            string.Concat(Enumerable.Repeat("upper(", 70)),
        })
        {
            Assert.Throws<ExpressionException>(() => ExpressionParser.Parse(text));
        }
    }

    [Theory]
    [InlineData("params.list[0] + 'x'", (int)(Kinds.String))]
    [InlineData("params.list ?? 1", (int)(Kinds.List | Kinds.Number))]
    [InlineData("params.unset ?? 1", (int)(Kinds.String | Kinds.Number))]
    [InlineData("length(params.list) > 1 ? params.list : null", (int)(Kinds.List | Kinds.Null))]
    [InlineData("[for x in params.list : x][0]", (int)(Kinds.String))]
    [InlineData("lookup({a: 1}, 'b', true)", (int)(Kinds.Number | Kinds.Bool))]
    [InlineData("jsondecode('1')", (int)(Kinds.Any))]
    public void Check_KnowsTheKind(string text, int kinds)
    {
        var checker = new Checker(Scope());

        Assert.Equal((Kinds)kinds, checker.Check(ExpressionParser.Parse(text)).Kinds);
        Assert.Empty(checker.Errors);
    }

    [Theory]
    [InlineData("params.lst", 1, "did you mean $(params.list)?")]
    [InlineData("params.list.name", 13, "an item of a list has a number, not a string")]
    [InlineData("params.unset + 'a'", 1, "params.unset may be unset: say with params.unset ?? \"…\" what to use instead")]
    [InlineData("upper(params.unset)", 7, "params.unset may be unset")]
    [InlineData("params.list && true", 1, "&& needs conditions that are true or false, not a list")]
    [InlineData("params.list < 3", 13, "< needs numbers, not a list and a number")]
    [InlineData("params.list == 'a'", 13, "a list never equals a string")]
    [InlineData("semver_constraint('1.2', 'about 2')", 26, "semver_constraint: the text is not a constraint")]
    [InlineData("formatdate('YYYY-QQ', timestamp())", 12, "\"QQ\" is no part of a time")]
    [InlineData("split(params.list)", 1, "split is called with 1 argument: write split(separator, text)")]
    [InlineData("uppper('a')", 1, "there is no function uppper; did you mean \"upper\"?")]
    public void Check_SaysWhatIsWrong(string text, int column, string message)
    {
        var checker = new Checker(Scope());
        checker.Check(ExpressionParser.Parse(text));

        Assert.Contains(checker.Errors, e => e.Column == column && e.Message.Contains(message, StringComparison.Ordinal));
    }

    private static Scope Scope() => new()
    {
        Names = new Dictionary<string, ExpressionType> { ["params.list"] = new(Kinds.List, Kinds.String), ["params.unset"] = new(Kinds.String | Kinds.Null) },
    };

    private static ExpressionValue Evaluate(string text) => new Evaluator(new(new Dictionary<string, ExpressionValue>(), null), new()).Evaluate(ExpressionParser.Parse(text));
}
