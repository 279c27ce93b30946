using ImageOperator.Api.Expressions.Functions;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Expressions.Evaluation;

/// <summary>Works an expression out. No clock, no I/O: the same names make the same value.</summary>
internal sealed class Evaluator(Environment environment, Budget budget)
{
    private readonly Dictionary<string, ExpressionValue> _variables = new(StringComparer.Ordinal);

    /// <exception cref="ExpressionException">It has no value.</exception>
    public ExpressionValue Evaluate(Node node)
    {
        budget.Step(node.Column);
        try
        {
            return node switch
            {
                LiteralNode literal => literal.Value,
                ReferenceNode or VariableNode or IndexNode => Find(node, out var missing) ?? throw missing!,
                CallNode call => Call(call),
                UnaryNode unary => Operators.Apply(unary.Operator, Evaluate(unary.Operand), unary.Column),
                BinaryNode binary => Binary(binary),
                ConditionalNode conditional => Evaluate(Operators.Truth(Evaluate(conditional.Condition), conditional.Column) ? conditional.Then : conditional.Otherwise),
                ListNode list => ExpressionValue.Of(list.Items.Select(Evaluate).ToList()),
                MapNode map => ExpressionValue.Of(map.Members.Select(m => KeyValuePair.Create(KeyOf(m.Key), Evaluate(m.Value))).ToList()),
                ForNode loop => Loop(loop),
                _ => throw new InvalidOperationException(node.GetType().Name),
            };
        }
        catch (ExpressionException e) when (e.Column == 0)
        {
            throw new ExpressionException(e.Message, node.Column) { IsLimit = e.IsLimit };
        }
    }

    private ExpressionValue Binary(BinaryNode node)
    {
        switch (node.Operator)
        {
            case "??":
                var value = node.Left is ReferenceNode or VariableNode or IndexNode ? Find(node.Left, out _) : Evaluate(node.Left);
                return value is null or NullValue ? Evaluate(node.Right) : value;
            case "&&":
                return Operators.Truth(Evaluate(node.Left), node.Left.Column) ? ExpressionValue.Of(Operators.Truth(Evaluate(node.Right), node.Right.Column)) : ExpressionValue.False;
            case "||":
                return Operators.Truth(Evaluate(node.Left), node.Left.Column) ? ExpressionValue.True : ExpressionValue.Of(Operators.Truth(Evaluate(node.Right), node.Right.Column));
            default:
                return Operators.Apply(node.Operator, Evaluate(node.Left), Evaluate(node.Right), node.Column, budget);
        }
    }

    /// <summary>What a name or a member stands for; null, and what to say of it, if there is none.</summary>
    private ExpressionValue? Find(Node node, out ExpressionException? missing)
    {
        missing = null;
        switch (node)
        {
            case ReferenceNode { Name: var name }:
                if (environment.Names.TryGetValue(name, out var value)) return value;
                missing = new($"{name} has no value here", node.Column);
                return null;
            case VariableNode { Name: var name }:
                if (_variables.TryGetValue(name, out var variable) || environment.Names.TryGetValue(name, out variable)) return variable;
                missing = new($"{name} has no value here", node.Column);
                return null;
            case IndexNode { Target: ReferenceNode or VariableNode or IndexNode } index:
                budget.Step(node.Column);
                return Find(index.Target, out missing) is { } target ? Member(target, index, out missing) : null;
            case IndexNode index:
                return Member(Evaluate(index.Target), index, out missing);
            default:
                return Evaluate(node);
        }
    }

    private ExpressionValue? Member(ExpressionValue target, IndexNode node, out ExpressionException? missing)
    {
        missing = null;
        switch (target, Evaluate(node.Index))
        {
            case (MapValue { Members: var members }, var key) when key.Text is { } name:
                if (members.TryGetValue(name, out var member)) return member;
                missing = new($"there is no member \"{Shorten(name)}\"; there {(members.Count > 0 ? $"are {Shorten(string.Join(", ", members.Keys.Take(16)))}" : "are none")}", node.Column);
                return null;
            case (ListValue { Items: var items }, NumberValue { Value: var index }):
                if (index >= 0 && index < items.Count && index == decimal.Truncate(index)) return items[(int)index];
                missing = new($"there is no item {Shorten(ExpressionValue.Of(index).Text!)}: the list has {items.Count}, counted from 0", node.Column);
                return null;
            case (NullValue, _):
                missing = new("there is no value, and so no member: say with ?? what to use instead", node.Column);
                return null;
            case (ListValue, var key):
                throw new ExpressionException($"an item of a list has a number, not {KindWords.Of(key.Kind)}", node.Column);
            default:
                throw new ExpressionException($"{KindWords.Of(target.Kind)} has no members", node.Column);
        }
    }

    private ExpressionValue Call(CallNode node)
    {
        if (node.Function == "try") return Try(node);
        var function = FunctionTable.Find(node.Function) ?? throw new ExpressionException($"there is no function {node.Function}", node.Column);
        if (function.WrongCount(node.Arguments.Count) is { } wrong) throw new ExpressionException(wrong, node.Column);
        var values = new ExpressionValue[node.Arguments.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Evaluate(node.Arguments[i]);
            if ((function.Accepts(i) & values[i].Kind) == 0) throw new ExpressionException(function.WrongKind(i, values[i].Kind), node.Arguments[i].Column);
        }

        try
        {
            // What is read costs, too, whatever small thing is made of it.
            budget.Spend(values.Sum(v => (long)v.Size));
            var result = function.Body(new(values, environment.Time, budget));
            if (result is StringValue { Value.Length: > ExpressionLimits.LongestText })
            {
                throw new ExpressionException($"makes a text of more than {ExpressionLimits.LongestText} characters") { IsLimit = true };
            }

            budget.Spend(result.Size);
            return result;
        }
        catch (ExpressionException e)
        {
            throw new ExpressionException($"{function.Name}: {e.Message}", node.Column) { IsLimit = e.IsLimit };
        }
        catch (OverflowException)
        {
            throw new ExpressionException($"{function.Name}: the number is out of range", node.Column);
        }
    }

    private ExpressionValue Try(CallNode node)
    {
        if (node.Arguments.Count == 0) throw new ExpressionException("try needs an argument: try(expression, otherwise)", node.Column);
        foreach (var argument in node.Arguments.SkipLast(1))
        {
            try
            {
                return Evaluate(argument);
            }
            catch (ExpressionException e) when (!e.IsLimit)
            {
                // That is what it is for.
            }
        }

        return Evaluate(node.Arguments[^1]);
    }

    private ExpressionValue Loop(ForNode node)
    {
        IEnumerable<(ExpressionValue Key, ExpressionValue Value)> entries = Evaluate(node.Source) switch
        {
            ListValue { Items: var items } => items.Select((item, i) => (ExpressionValue.Of(i), item)),
            MapValue { Members: var members } => members.Select(m => (ExpressionValue.Of(m.Key), m.Value)),
            var other => throw new ExpressionException($"for goes over a list or a map, not {KindWords.Of(other.Kind)}", node.Source.Column),
        };
        var (outerKey, outerValue) = (Outer(node.KeyName), Outer(node.ValueName));
        var list = new List<ExpressionValue>();
        var map = new List<KeyValuePair<string, ExpressionValue>>();
        try
        {
            foreach (var (key, value) in entries)
            {
                if (node.KeyName is not null) _variables[node.KeyName] = key;
                _variables[node.ValueName] = value;
                if (node.Condition is not null && !Operators.Truth(Evaluate(node.Condition), node.Condition.Column)) continue;
                if (node.Key is not null) map.Add(KeyValuePair.Create(KeyOf(node.Key), Evaluate(node.Value)));
                else list.Add(Evaluate(node.Value));
                budget.Spend(1);
            }
        }
        finally
        {
            // A try around it goes on with what was before.
            Restore(node.KeyName, outerKey);
            Restore(node.ValueName, outerValue);
        }

        return node.Key is null ? ExpressionValue.Of(list) : ExpressionValue.Of(map);
    }

    private ExpressionValue? Outer(string? name) => name is null ? null : _variables.GetValueOrDefault(name);

    private void Restore(string? name, ExpressionValue? outer)
    {
        if (name is null) return;
        if (outer is null) _variables.Remove(name);
        else _variables[name] = outer;
    }

    private string KeyOf(Node node) => Evaluate(node).Text ?? throw new ExpressionException("a key must be a text", node.Column);

    private static string Shorten(string text) => text.Length <= 80 ? text : text[..77] + "...";
}
