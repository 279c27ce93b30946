using System.Globalization;

namespace ImageOperator.Api.Expressions.Values;

/// <summary>A value of an expression. Values are immutable; equal ones are equal in depth.</summary>
internal abstract record ExpressionValue
{
    public static readonly ExpressionValue Null = new NullValue();
    public static readonly ExpressionValue True = new BoolValue(true);
    public static readonly ExpressionValue False = new BoolValue(false);

    public abstract Kinds Kind { get; }

    /// <summary>How much of it there is: characters and items, those of its items included.</summary>
    public abstract int Size { get; }

    /// <summary>The value in a text; null if it cannot stand in one.</summary>
    public virtual string? Text => null;

    public static ExpressionValue Of(bool value) => value ? True : False;

    public static ExpressionValue Of(string text) => new StringValue(text);

    public static ExpressionValue Of(decimal number) => new NumberValue(number, null);

    public static ExpressionValue Of(IReadOnlyList<ExpressionValue> items) => new ListValue(items);

    public static ExpressionValue Of(IEnumerable<KeyValuePair<string, ExpressionValue>> members) => new MapValue(members);
}

internal sealed record NullValue : ExpressionValue
{
    public override Kinds Kind => Kinds.Null;

    public override int Size => 1;
}

internal sealed record BoolValue(bool Value) : ExpressionValue
{
    public override Kinds Kind => Kinds.Bool;

    public override int Size => 1;

    public override string Text => Value ? "true" : "false";
}

/// <summary>A number.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Written">How it was written, if it is not the outcome of reckoning: <c>1.50</c> stays so.</param>
internal sealed record NumberValue(decimal Value, string? Written) : ExpressionValue
{
    public override Kinds Kind => Kinds.Number;

    public override int Size => 1;

    public override string Text => Written ?? Value.ToString("0.############################", CultureInfo.InvariantCulture);

    public bool Equals(NumberValue? other) => other is not null && Value == other.Value;

    public override int GetHashCode() => Value.GetHashCode();
}

internal sealed record StringValue(string Value) : ExpressionValue
{
    public override Kinds Kind => Kinds.String;

    public override int Size => Value.Length + 1;

    public override string Text => Value;
}
