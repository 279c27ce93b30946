using System.Text.RegularExpressions;
using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Evaluation;
using ImageOperator.Api.Expressions.Functions;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Tests.Expressions;

/// <summary>The table of docs/spec/expressions.md is the reference: every function stands in it, and its examples are true.</summary>
public sealed partial class FunctionReferenceTests
{
    private static readonly DateTimeOffset Started = new(2026, 1, 31, 23, 59, 59, TimeSpan.Zero);

    private static IEnumerable<(string Signature, string Example, string Result)> Rows() =>
        File.ReadLines(Path.Combine(Repository.Root, "docs/spec/expressions.md")).Select(line => Row().Match(line)).Where(m => m.Success)
            .Select(m => (m.Groups[1].Value, m.Groups[2].Value.Replace("\\|", "|", StringComparison.Ordinal), m.Groups[3].Value));

    public static TheoryData<string, string> Examples() => new(Rows().Select(r => (r.Example, r.Result)));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_HasItsResult(string example, string result)
    {
        var node = ExpressionParser.Parse(example);
        var value = Evaluate(node);

        Assert.Equal(JsonForm.Write(Evaluate(ExpressionParser.Parse(result))), JsonForm.Write(value));
        var checker = new Checker(new() { Names = new Dictionary<string, ExpressionType>() });
        Assert.True(checker.Check(node).May(value.Kind));
        Assert.Empty(checker.Errors);
    }

    [Fact]
    public void Table_HasEveryFunctionAndNoOther()
    {
        var documented = Rows().Select(r => r.Signature).ToList();

        Assert.Equal(FunctionTable.Names.Order(StringComparer.Ordinal), documented.Select(s => s[..s.IndexOf('(', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.All(documented.Where(s => !s.StartsWith("try(", StringComparison.Ordinal)), s => Assert.Equal(FunctionTable.Find(s[..s.IndexOf('(', StringComparison.Ordinal)])!.Signature, s));
    }

    private static ExpressionValue Evaluate(Node node) => new Evaluator(new(new Dictionary<string, ExpressionValue>(), Started), new()).Evaluate(node);

    [GeneratedRegex(@"^\| `([a-z0-9_]+\([^`]*\))` \| .* \| `([^`]+)` \| `([^`]+)` \|$")]
    private static partial Regex Row();
}
