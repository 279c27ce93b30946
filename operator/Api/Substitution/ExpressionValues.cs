using System.Globalization;
using System.Text.Json;
using ImageOperator.Api.Expressions.Checks;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;
using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Substitution;

/// <summary>What the <c>$(…)</c> of a build stand for. Immutable: each name that becomes known makes another.</summary>
public sealed class ExpressionValues
{
    private readonly Dictionary<string, ExpressionValue> _values;
    private readonly HashSet<string> _sensitive;
    private readonly HashSet<string> _variables;
    private readonly DateTimeOffset? _time;
    private Scope? _scope;

    private ExpressionValues(Dictionary<string, ExpressionValue> values, HashSet<string> sensitive, HashSet<string> variables, DateTimeOffset? time)
    {
        _values = values;
        _sensitive = sensitive;
        _variables = variables;
        _time = time;
    }

    /// <summary>No name has a value.</summary>
    public static ExpressionValues None { get; } = new(new(StringComparer.Ordinal), new(StringComparer.Ordinal), new(StringComparer.Ordinal), null);

    /// <summary>The values of parameters.</summary>
    /// <param name="declared">The template's parameters.</param>
    /// <param name="texts">Their values as <see cref="ParameterValues.Text"/> makes them, by the parameters' names. One that is declared and missing is unset.</param>
    public static ExpressionValues Of(IEnumerable<Parameter> declared, IReadOnlyDictionary<string, string> texts)
    {
        var result = None.Copy();
        foreach (var parameter in declared)
        {
            var name = KnownNames.Parameter(parameter.Name);
            if (texts.TryGetValue(parameter.Name, out var text)) result._values[name] = ParameterTexts.Read(parameter.Type, text);
            else if (parameter.Required == false) result._values[name] = ExpressionValue.Null;
            if (parameter.IsSensitive) result._sensitive.Add(name);
        }

        // Whoever gives a value that nobody declared has it used.
        foreach (var (name, text) in texts) result._values.TryAdd(KnownNames.Parameter(name), ExpressionValue.Of(text));
        return result;
    }

    /// <summary>The same with one more text.</summary>
    public ExpressionValues With(string name, string? value) => With(name, value is null ? ExpressionValue.Null : ExpressionValue.Of(value));

    /// <summary>The same with one more text that must not be shown; that there is none may be.</summary>
    public ExpressionValues WithSecret(string name, string? value) => With(name, value is null ? ExpressionValue.Null : ExpressionValue.Of(value), sensitive: value is not null);

    /// <summary>The same with the value of a look-up.</summary>
    /// <exception cref="FormatException">The value is too large or too deep.</exception>
    public ExpressionValues WithLookup(string name, JsonElement value, bool sensitive)
    {
        try
        {
            return With(KnownNames.Lookup(name), JsonForm.Read(value), sensitive);
        }
        catch (Expressions.ExpressionException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>The same with the time at which the build started: <c>build.time</c>, and what the functions of time go by.</summary>
    public ExpressionValues At(DateTimeOffset startTime)
    {
        var result = new ExpressionValues(new(_values, StringComparer.Ordinal), new(_sensitive, StringComparer.Ordinal), new(_variables, StringComparer.Ordinal), startTime);
        result._values[KnownNames.BuildTime] = ExpressionValue.Of(startTime.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        return result;
    }

    internal Expressions.Evaluation.Environment Environment => new(_values, _time);

    internal IReadOnlySet<string> Variables => _variables;

    internal bool Has(string name) => _values.ContainsKey(name);

    internal bool IsSensitive(string name) => _sensitive.Contains(name);

    /// <summary>The names, for messages.</summary>
    internal Scope Scope => _scope ??= new() { Names = _values.ToDictionary(v => v.Key, v => ExpressionType.Of(v.Value), StringComparer.Ordinal), Variables = _variables };

    internal ExpressionValues WithItem(ExpressionValue key, ExpressionValue item)
    {
        var result = Copy();
        (result._values[SyntaxNames.Key], result._values[SyntaxNames.Item]) = (key, item);
        result._variables.UnionWith([SyntaxNames.Key, SyntaxNames.Item]);
        return result;
    }

    internal ExpressionValues With(string name, ExpressionValue value, bool sensitive = false)
    {
        var result = Copy();
        result._values[name] = value;
        if (sensitive) result._sensitive.Add(name);
        return result;
    }

    private ExpressionValues Copy() => new(new(_values, StringComparer.Ordinal), new(_sensitive, StringComparer.Ordinal), new(_variables, StringComparer.Ordinal), _time);
}
