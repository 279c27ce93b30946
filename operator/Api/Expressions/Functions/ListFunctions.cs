using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

internal static class ListFunctions
{
    private const Kinds Collection = Kinds.List | Kinds.Map;

    public static readonly IReadOnlyList<Function> All =
    [
        new("length(value)", [Collection | Kinds.String], Kinds.Number, a => Of(a[0] switch
        {
            ListValue list => list.Items.Count,
            MapValue map => map.Members.Count,
            _ => a.Text(0).EnumerateRunes().Count(),
        })),
        new("concat(lists...)", [Kinds.List], Kinds.List, a => Of(Concat(a))),
        new("contains(list, value)", [Kinds.List, Any], Kinds.Bool, a => Of(a.List(0).Contains(a[1]))),
        new("index(list, value)", [Kinds.List, Any], Kinds.Number, a => a.List(0).ToList().IndexOf(a[1]) is var at and >= 0 ? Of(at) : throw new ExpressionException("the list does not have the value")),
        new("element(list, index)", [Kinds.List, Kinds.Number], Any, a => Element(a)),
        new("slice(list, start, end)", [Kinds.List, Kinds.Number], Kinds.List, a => Of(Slice(a))),
        new("sort(list)", [Kinds.List], Kinds.List, a => Of(Sort(a))),
        new("distinct(list)", [Kinds.List], Kinds.List, a => Of(a.List(0).Distinct().ToList())),
        new("flatten(list)", [Kinds.List], Kinds.List, a => Of(Flatten(a))),
        new("reverse(list)", [Kinds.List], Kinds.List, a => Of(a.List(0).Reverse().ToList())),
        new("range(start, limit?, step?)", [Kinds.Number], Kinds.List, a => Of(Range(a))) { Items = Kinds.Number },
        new("compact(list)", [Kinds.List], Kinds.List, a => Of(a.List(0).Where(i => !IsUnset(i)).ToList())),
        new("coalesce(values...)", [Any], Any, a => a.All.FirstOrDefault(v => !IsUnset(v)) ?? throw new ExpressionException("all values are null or empty")),
        new("coalescelist(lists...)", [Kinds.List | Kinds.Null], Kinds.List, a => a.All.FirstOrDefault(v => v is ListValue { Items.Count: > 0 }) ?? throw new ExpressionException("all lists are empty")),
        new("chunklist(list, size)", [Kinds.List, Kinds.Number], Kinds.List, a => Of(a.List(0).Chunk(a.Whole(1, 1, ExpressionLimits.MostItems)).Select(c => Of(c)).ToList())) { Items = Kinds.List },
        new("sum(list)", [Kinds.List], Kinds.Number, a => Of(a.List(0).Sum(i => i is NumberValue n ? n.Value : throw new ExpressionException($"an item is {KindWords.Of(i.Kind)}, not a number")))),
        new("alltrue(list)", [Kinds.List], Kinds.Bool, a => Of(a.List(0).All(i => i is BoolValue { Value: true }))),
        new("anytrue(list)", [Kinds.List], Kinds.Bool, a => Of(a.List(0).Any(i => i is BoolValue { Value: true }))),
    ];

    private static bool IsUnset(ExpressionValue value) => value is NullValue or StringValue { Value: "" };

    private static List<ExpressionValue> Concat(Arguments a)
    {
        var result = new List<ExpressionValue>();
        for (var i = 0; i < a.Count; i++)
        {
            a.Budget.Spend(a.List(i).Count);
            result.AddRange(a.List(i));
        }

        return result;
    }

    private static ExpressionValue Element(Arguments a)
    {
        var items = a.List(0);
        if (items.Count == 0) throw new ExpressionException("the list is empty");
        return items[a.Whole(1, 0, int.MaxValue) % items.Count];
    }

    private static List<ExpressionValue> Slice(Arguments a)
    {
        var items = a.List(0);
        var start = a.Whole(1, 0, items.Count);
        return [.. items.Skip(start).Take(a.Whole(2, start, items.Count) - start)];
    }

    /// <summary>Numbers by size, all else by its characters.</summary>
    private static IReadOnlyList<ExpressionValue> Sort(Arguments a)
    {
        var items = a.List(0);
        if (items.All(i => i is NumberValue)) return [.. items.OrderBy(i => ((NumberValue)i).Value)];
        var texts = a.Texts(0);
        return [.. items.Zip(texts).OrderBy(p => p.Second, StringComparer.Ordinal).Select(p => p.First)];
    }

    private static List<ExpressionValue> Flatten(Arguments a)
    {
        var result = new List<ExpressionValue>();
        Add(a.List(0));
        return result;

        void Add(IReadOnlyList<ExpressionValue> items)
        {
            foreach (var item in items)
            {
                if (item is ListValue inner) Add(inner.Items);
                else result.Add(item);
            }

            if (result.Count > ExpressionLimits.MostItems) throw new ExpressionException($"makes a list of more than {ExpressionLimits.MostItems} items") { IsLimit = true };
        }
    }

    private static List<ExpressionValue> Range(Arguments a)
    {
        var (start, limit) = a.Count == 1 ? (0, a.Number(0)) : (a.Number(0), a.Number(1));
        var step = a.Count == 3 ? a.Number(2) : limit < start ? -1 : 1;
        if (step == 0) throw new ExpressionException("the step is 0");
        var result = new List<ExpressionValue>();
        for (var at = start; step > 0 ? at < limit : at > limit; at += step)
        {
            result.Add(Of(at));
            if (result.Count > ExpressionLimits.MostItems) throw new ExpressionException($"makes a list of more than {ExpressionLimits.MostItems} items") { IsLimit = true };
        }

        return result;
    }
}
