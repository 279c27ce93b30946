using ImageOperator.Api.Expressions.Evaluation;
using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary>What a function is called with; the kinds have been looked at.</summary>
internal readonly struct Arguments(IReadOnlyList<ExpressionValue> values, DateTimeOffset? time, Budget budget)
{
    public int Count => values.Count;

    public Budget Budget => budget;

    public IReadOnlyList<ExpressionValue> All => values;

    public ExpressionValue this[int index] => values[index];

    /// <summary>When the build started.</summary>
    public DateTimeOffset Time => time ?? throw new ExpressionException("the build's time is not known yet: use it in targets, provisioners and tests");

    public string Text(int index) => values[index].Text!;

    public string Text(int index, string unset) => index < values.Count ? Text(index) : unset;

    public decimal Number(int index) => ((NumberValue)values[index]).Value;

    /// <exception cref="ExpressionException">It is not a whole number between the two.</exception>
    public int Whole(int index, int least, int most)
    {
        var number = Number(index);
        return number >= least && number <= most && number == decimal.Truncate(number)
            ? (int)number
            : throw new ExpressionException($"{values[index].Text} is not a whole number from {least} to {most}");
    }

    public IReadOnlyList<ExpressionValue> List(int index) => ((ListValue)values[index]).Items;

    public IReadOnlyDictionary<string, ExpressionValue> Map(int index) => ((MapValue)values[index]).Members;

    /// <summary>A list's items as texts.</summary>
    /// <exception cref="ExpressionException">One of them is a list, a map or null.</exception>
    public IReadOnlyList<string> Texts(int index)
    {
        var items = List(index);
        var texts = new List<string>(items.Count);
        for (var i = 0; i < items.Count; i++) texts.Add(items[i].Text ?? throw new ExpressionException($"item {i} of the list is {KindWords.Of(items[i].Kind)}, not a text"));
        return texts;
    }
}
