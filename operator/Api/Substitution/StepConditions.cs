using ImageOperator.Api.Expressions;
using ImageOperator.Api.Expressions.Evaluation;
using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Substitution;

/// <summary><c>when</c> and <c>forEach</c> of steps and tests.</summary>
public static class StepConditions
{
    /// <summary>How often one step is run at most.</summary>
    public const int MostItems = 128;

    private const int LongestLabel = 40;

    /// <summary>Whether the step is run. Without a condition it is.</summary>
    /// <exception cref="FormatException">The condition has no value; the message names the column.</exception>
    public static bool IsTrue(string? when, ExpressionValues values) => when is null || Read(() => Operators.Truth(BareExpression.Evaluate(when, values), 1));

    /// <summary>What the step is run for, in order: the items of a list, or the members of a map.</summary>
    /// <exception cref="FormatException">It has no value, or one that cannot be gone over; the message names the column.</exception>
    public static IReadOnlyList<StepItem> Items(string forEach, ExpressionValues values) => Read(() =>
    {
        var (keys, items) = BareExpression.Evaluate(forEach, values) switch
        {
            ListValue list => (Enumerable.Range(0, list.Items.Count).Select(i => ExpressionValue.Of(i)), list.Items),
            MapValue map => (map.Members.Keys.Select(ExpressionValue.Of), (IReadOnlyList<ExpressionValue>)[.. map.Members.Values]),
            NullValue => ([], []),
            var other => throw new ExpressionException($"is {KindWords.Of(other.Kind)}, not a list or a map", 1),
        };
        if (items.Count > MostItems) throw new ExpressionException($"has {items.Count} items: at most {MostItems}", 1);
        var labels = Labels([.. keys.Zip(items)]);
        return (IReadOnlyList<StepItem>)[.. keys.Zip(items).Select((pair, i) => new StepItem(labels[i], values.WithItem(pair.First, pair.Second)))];
    });

    /// <summary>A word that says what the item is: its text, where all of them have a short one of their own; else its key.</summary>
    private static List<string> Labels(IReadOnlyList<(ExpressionValue Key, ExpressionValue Item)> pairs)
    {
        var keys = pairs.Select(p => p.Key.Text!).ToList();
        var texts = pairs.Select(p => p.Item.Text ?? "").ToList();
        if (pairs.Any(p => p.Key is StringValue)) return keys.All(IsWord) ? keys : [.. pairs.Select((_, i) => ExpressionValue.Of(i).Text!)];
        return texts.All(IsWord) && texts.Distinct(StringComparer.Ordinal).Count() == texts.Count ? texts : keys;
    }

    private static bool IsWord(string text) => text.Length is > 0 and <= LongestLabel && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or ':' or '/' or '@');

    private static T Read<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ExpressionException e)
        {
            throw new FormatException(e.Column > 0 ? $"column {e.Column}: {e.Message}" : e.Message, e);
        }
    }
}

/// <summary>One run of a step with <c>forEach</c>.</summary>
/// <param name="Label">A word for the run, unlike those of the others: it stands behind the step's name, in brackets.</param>
/// <param name="Values">The values, with <c>item</c> and <c>key</c>.</param>
public sealed record StepItem(string Label, ExpressionValues Values);
