using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

internal static class MapFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("keys(map)", [Kinds.Map], Kinds.List, a => Of(a.Map(0).Keys.Select(Of).ToList())) { Items = Kinds.String },
        new("values(map)", [Kinds.Map], Kinds.List, a => Of(a.Map(0).Values.ToList())),
        new("merge(maps...)", [Kinds.Map | Kinds.Null], Kinds.Map, a => Merge(a)),
        new("lookup(map, key, otherwise?)", [Kinds.Map, Scalar, Any], Any, a => a.Map(0).TryGetValue(a.Text(1), out var found) ? found
            : a.Count > 2 ? a[2] : throw new ExpressionException($"there is no member \"{Validation.SchemaText.Short(a.Text(1))}\": give a third argument to use instead")),
        new("haskey(map, key)", [Kinds.Map, Scalar], Kinds.Bool, a => Of(a.Map(0).ContainsKey(a.Text(1)))),
        new("zipmap(keys, values)", [Kinds.List], Kinds.Map, a => Zip(a)),
    ];

    private static ExpressionValue Merge(Arguments a)
    {
        var members = new List<KeyValuePair<string, ExpressionValue>>();
        foreach (var map in a.All.OfType<MapValue>())
        {
            a.Budget.Spend(map.Members.Count);
            members.AddRange(map.Members);
        }

        return Of(members);
    }

    private static ExpressionValue Zip(Arguments a)
    {
        var (keys, values) = (a.Texts(0), a.List(1));
        return keys.Count == values.Count
            ? Of(keys.Zip(values).Select(p => KeyValuePair.Create(p.First, p.Second)))
            : throw new ExpressionException($"there are {keys.Count} keys and {values.Count} values");
    }
}
