namespace ImageOperator.Api.Expressions.Values;

internal sealed record ListValue : ExpressionValue
{
    public ListValue(IReadOnlyList<ExpressionValue> items)
    {
        if (items.Count > ExpressionLimits.MostItems) throw new ExpressionException($"makes a list of more than {ExpressionLimits.MostItems} items") { IsLimit = true };
        Items = items;
        Size = Sizes.Of(items);
    }

    public IReadOnlyList<ExpressionValue> Items { get; }

    public override Kinds Kind => Kinds.List;

    public override int Size { get; }

    public bool Equals(ListValue? other) => other is not null && Items.Count == other.Items.Count && Items.SequenceEqual(other.Items);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in Items) hash.Add(item);
        return hash.ToHashCode();
    }
}

/// <summary>Members by name, in ordinal order: the API server keeps no other.</summary>
internal sealed record MapValue : ExpressionValue
{
    private readonly SortedDictionary<string, ExpressionValue> _members = new(StringComparer.Ordinal);

    public MapValue(IEnumerable<KeyValuePair<string, ExpressionValue>> members)
    {
        foreach (var (name, value) in members) _members[name] = value;
        if (_members.Count > ExpressionLimits.MostItems) throw new ExpressionException($"makes a map of more than {ExpressionLimits.MostItems} members") { IsLimit = true };
        Size = Sizes.Of(_members.Values) + _members.Keys.Sum(k => k.Length);
    }

    public IReadOnlyDictionary<string, ExpressionValue> Members => _members;

    public override Kinds Kind => Kinds.Map;

    public override int Size { get; }

    public bool Equals(MapValue? other) =>
        other is not null && _members.Count == other._members.Count
        && _members.Zip(other._members).All(p => p.First.Key == p.Second.Key && p.First.Value.Equals(p.Second.Value));

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var member in _members)
        {
            hash.Add(member.Key);
            hash.Add(member.Value);
        }

        return hash.ToHashCode();
    }
}

internal static class Sizes
{
    public static int Of(IEnumerable<ExpressionValue> items)
    {
        long size = 1;
        foreach (var item in items) size += item.Size;
        return size <= ExpressionLimits.MostWork ? (int)size : throw new ExpressionException("makes a value that is too large") { IsLimit = true };
    }
}
