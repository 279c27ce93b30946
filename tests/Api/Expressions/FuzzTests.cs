using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Evaluation;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;
using ImageOperator.Api.Substitution;

namespace ImageOperator.Api.Tests.Expressions;

/// <summary>100,000 texts, the same in every run: none crashes, none hangs, and what the checker says of them is true.</summary>
public sealed class FuzzTests
{
    private const int PerSeed = 12_500;

    private static readonly Dictionary<string, ExpressionValue> Values = new(StringComparer.Ordinal)
    {
        ["params.text"] = ExpressionValue.Of("some Text, with commas"),
        ["params.list"] = JsonForm.Parse("""["a", "b", 3, null, ["c"], {"uid": 1}]"""),
        ["params.map"] = JsonForm.Parse("""{"a": 1, "uid": "x", "nested": {"a": [1, 2]}}"""),
        ["params.number"] = ExpressionValue.Of(3m),
        ["params.flag"] = ExpressionValue.True,
        ["params.unset"] = ExpressionValue.Null,
        ["build.id"] = ExpressionValue.Of("0f8fad5b-d9cb-469f-a165-70867728950e"),
        ["item"] = ExpressionValue.Of("nginx"),
        ["key"] = ExpressionValue.Of(0m),
    };

    private static readonly Scope Known = new()
    {
        Names = Values.ToDictionary(v => v.Key, v => v.Key == "params.unset" ? new(Kinds.String | Kinds.Null) : new ExpressionType(v.Value.Kind)),
        Variables = new HashSet<string> { "item", "key" },
    };

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(20261123, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyText_IsReadCheckedAndWorkedOut(int seed)
    {
        var maker = new ExpressionMaker(seed);
        var (read, right, valued) = (0, 0, 0);
        for (var i = 0; i < PerSeed; i++)
        {
            var text = maker.Next();
            try
            {
                if (TryParse(text) is not { } node) continue;
                read++;
                var checker = new Checker(Known);
                var type = checker.Check(node);
                if (checker.Errors.Count == 0) right++;
                Assert.All(checker.Errors, e => Assert.InRange(e.Column, 1, text.Length + 1));
                if (TryEvaluate(node, text) is not { } value) continue;
                valued++;
                if (checker.Errors.Count == 0) Assert.True(type.May(value.Kind), $"the checker says {type.Kinds}, and it is {value.Kind}");
                if (i % 8 == 0) Assert.Equal(value, TryEvaluate(node, text));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Assert.Fail($"seed {seed}, text {i}: {text}\n{e}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {PerSeed} texts, {read} expressions, {right} of them without an error, {valued} with a value");
        Assert.True(read > PerSeed / 4 && right > PerSeed / 10 && valued > PerSeed / 10, $"seed {seed} tries too little: {read}, {right}, {valued}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void AnyText_IsExpanded(int seed)
    {
        var maker = new ExpressionMaker(seed + 1000);
        var values = Values.Aggregate(ExpressionValues.None, (all, v) => all.With(v.Key, v.Value)).At(new(2026, 1, 31, 23, 59, 59, TimeSpan.Zero));
        for (var i = 0; i < PerSeed / 10; i++)
        {
            var text = $"a $({maker.Next()}) b $(params.text) {maker.Next()}";

            Expander.Expand(text, values, out var errors);

            Assert.All(errors, e => Assert.True(e.Column >= 1 && e.Column <= text.Length + 1, $"seed {seed}, text {i}: column {e.Column} of {text}"));
        }
    }

    private static Node? TryParse(string text)
    {
        try
        {
            return ExpressionParser.Parse(text);
        }
        catch (ExpressionException e)
        {
            Assert.InRange(e.Column, 1, text.Length + 1);
            return null;
        }
    }

    private static ExpressionValue? TryEvaluate(Node node, string text)
    {
        try
        {
            return new Evaluator(new(Values, new(2026, 1, 31, 23, 59, 59, TimeSpan.Zero)), new()).Evaluate(node);
        }
        catch (ExpressionException e)
        {
            Assert.InRange(e.Column, 1, text.Length + 1);
            return null;
        }
    }
}
