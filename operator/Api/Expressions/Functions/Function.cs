using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary>A function of expressions.</summary>
/// <param name="Signature">How it is called: <c>join(separator, list)</c>. <c>...</c> behind the last parameter: any number of it; <c>?</c>: it may be left out.</param>
/// <param name="Kinds">The kinds that each parameter takes.</param>
/// <param name="Returns">The kinds that it may return.</param>
/// <param name="Body">What it does. Throws <see cref="ExpressionException"/>.</param>
internal sealed record Function(string Signature, Kinds[] Kinds, Kinds Returns, Func<Arguments, ExpressionValue> Body)
{
    private readonly string[] _parameters = Signature[(Signature.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(", ", StringSplitOptions.RemoveEmptyEntries);

    public string Name { get; } = Signature[..Signature.IndexOf('(', StringComparison.Ordinal)];

    /// <summary>The kinds that the items of a returned list or map may have.</summary>
    public Kinds Items { get; init; } = Values.Kinds.Any;

    /// <summary>Judges an argument that is written out; null if it is right.</summary>
    public Action<int, string>? CheckText { get; init; }

    private bool IsVariadic => _parameters.Length > 0 && _parameters[^1].EndsWith("...", StringComparison.Ordinal);

    private int Least => _parameters.Count(p => !p.EndsWith('?') && !p.EndsWith("...", StringComparison.Ordinal));

    public Kinds Accepts(int index) => Kinds[Math.Min(index, Kinds.Length - 1)];

    public string? WrongCount(int count) => count >= Least && (IsVariadic || count <= _parameters.Length)
        ? null
        : $"{Name} is called with {count} argument{(count == 1 ? "" : "s")}: write {Signature}";

    public string WrongKind(int index, Kinds found) =>
        $"{Name} needs {KindWords.Of(Accepts(index))} as {_parameters[Math.Min(index, _parameters.Length - 1)].TrimEnd('?', '.')}, not {KindWords.Of(found)}: write {Signature}";
}
