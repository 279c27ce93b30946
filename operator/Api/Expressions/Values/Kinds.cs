namespace ImageOperator.Api.Expressions.Values;

/// <summary>The kinds that a value may have, together: what is known of it before it is.</summary>
[Flags]
internal enum Kinds
{
    None = 0,
    Null = 1,
    Bool = 2,
    Number = 4,
    String = 8,
    List = 16,
    Map = 32,

    /// <summary>What may stand in a text.</summary>
    Scalar = Bool | Number | String,

    Any = Null | Scalar | List | Map,
}

/// <summary>Kinds in words.</summary>
internal static class KindWords
{
    public static string Of(Kinds kinds) => kinds switch
    {
        Kinds.Any => "any value",
        Kinds.Scalar => "a string, a number or a bool",
        _ => string.Join(" or ", Enum.GetValues<Kinds>().Where(k => k is Kinds.Null or Kinds.Bool or Kinds.Number or Kinds.String or Kinds.List or Kinds.Map && kinds.HasFlag(k))
            .Where(k => kinds.HasFlag(k)).Select(Single)),
    };

    private static string Single(Kinds kind) => kind switch
    {
        Kinds.Null => "null",
        Kinds.Bool => "a bool",
        Kinds.Number => "a number",
        Kinds.String => "a string",
        Kinds.List => "a list",
        _ => "a map",
    };
}
