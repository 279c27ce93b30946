using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Expressions.Checks;

/// <summary>What is known of a value before it is.</summary>
/// <param name="Kinds">The kinds that it may have.</param>
/// <param name="Items">The kinds that the items of a list, or the values of a map, may have.</param>
internal readonly record struct ExpressionType(Kinds Kinds, Kinds Items = Kinds.Any)
{
    public static readonly ExpressionType Any = new(Kinds.Any);

    public static readonly ExpressionType Text = new(Kinds.String);

    /// <summary>Nothing more is known of what is inside its items.</summary>
    public ExpressionType Item => new(Items);

    public bool May(Kinds kinds) => (Kinds & kinds) != 0;

    /// <summary>It says of itself that it may be unset; of what is not known at all nobody says so.</summary>
    public bool MayBeUnset => May(Kinds.Null) && Kinds != Kinds.Any;

    public ExpressionType Or(ExpressionType other) => new(Kinds | other.Kinds, Items | other.Items);

    public static ExpressionType Of(ExpressionValue value) => value switch
    {
        ListValue list => new(Kinds.List, list.Items.Aggregate(Kinds.None, (k, i) => k | i.Kind)),
        MapValue map => new(Kinds.Map, map.Members.Values.Aggregate(Kinds.None, (k, i) => k | i.Kind)),
        _ => new(value.Kind),
    };
}
