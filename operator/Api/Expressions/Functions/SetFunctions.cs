using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary>Lists as sets: what remains is in the order of the first.</summary>
internal static class SetFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("setunion(lists...)", [Kinds.List], Kinds.List, a => Of(Items(a).Distinct().ToList())),
        new("setintersection(list, others...)", [Kinds.List], Kinds.List, a => Of(Kept(a, inOthers: true))),
        new("setsubtract(list, others...)", [Kinds.List], Kinds.List, a => Of(Kept(a, inOthers: false))),
        new("setproduct(lists...)", [Kinds.List], Kinds.List, a => Of(Product(a))) { Items = Kinds.List },
    ];

    private static IEnumerable<ExpressionValue> Items(Arguments a)
    {
        for (var i = 0; i < a.Count; i++)
        {
            a.Budget.Spend(a[i].Size);
            foreach (var item in a.List(i)) yield return item;
        }
    }

    private static List<ExpressionValue> Kept(Arguments a, bool inOthers)
    {
        a.Budget.Spend(a.All.Sum(l => (long)l.Size));
        var others = a.All.Skip(1).Select(l => ((ListValue)l).Items.ToHashSet()).ToList();
        return [.. a.List(0).Distinct().Where(i => inOthers ? others.All(o => o.Contains(i)) : !others.Any(o => o.Contains(i)))];
    }

    private static IReadOnlyList<ExpressionValue> Product(Arguments a)
    {
        IReadOnlyList<IReadOnlyList<ExpressionValue>> rows = [[]];
        for (var i = 0; i < a.Count; i++)
        {
            var items = a.List(i);
            a.Budget.Spend((long)rows.Count * items.Count * (i + 1));
            if ((long)rows.Count * items.Count > ExpressionLimits.MostItems) throw new ExpressionException($"makes a list of more than {ExpressionLimits.MostItems} items") { IsLimit = true };
            rows = [.. rows.SelectMany(r => items.Select(IReadOnlyList<ExpressionValue> (item) => [.. r, item]))];
        }

        return [.. rows.Select(Of)];
    }
}
