using ImageOperator.Api.Expressions.Functions;
using ImageOperator.Api.Expressions.Syntax;
using ImageOperator.Api.Expressions.Values;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Expressions.Checks;

/// <summary>Says of an expression what is wrong with it, and what comes out of it, before there are any values.</summary>
internal sealed class Checker(Scope scope)
{
    private readonly Dictionary<string, ExpressionType> _variables = new(StringComparer.Ordinal);
    private readonly List<ExpressionException> _errors = [];

    /// <summary>What is wrong; each part once.</summary>
    public IReadOnlyList<ExpressionException> Errors => _errors;

    public ExpressionType Check(Node node) => node switch
    {
        LiteralNode literal => ExpressionType.Of(literal.Value),
        ReferenceNode reference => Named(reference.Name, reference.Column),
        VariableNode variable => _variables.TryGetValue(variable.Name, out var type) ? type : Named(variable.Name, variable.Column),
        IndexNode index => Member(index),
        CallNode call => Call(call),
        UnaryNode unary => Unary(unary),
        BinaryNode binary => Binary(binary),
        ConditionalNode conditional => Conditional(conditional),
        ListNode list => new(Kinds.List, list.Items.Aggregate(Kinds.None, (k, i) => k | Check(i).Kinds)),
        MapNode map => new(Kinds.Map, map.Members.Aggregate(Kinds.None, (k, m) => k | Key(m.Key) | Check(m.Value).Kinds)),
        ForNode loop => Loop(loop),
        _ => throw new InvalidOperationException(node.GetType().Name),
    };

    /// <summary>A condition must be true or false.</summary>
    public void CheckCondition(Node node)
    {
        var type = Check(node);
        if (!type.May(Kinds.Bool)) Wrong($"a condition must be true or false, not {KindWords.Of(type.Kinds)}: compare it with something", node.Column);
    }

    private void Wrong(string message, int column) => _errors.Add(new(message, column));

    private ExpressionType Named(string name, int column)
    {
        if (scope.Names.TryGetValue(name, out var type)) return type;
        _errors.Add(new(NameMessages.Unknown(name, scope), column) { Unknown = name });
        return ExpressionType.Any;
    }

    private ExpressionType Member(IndexNode node)
    {
        // a.b of which nobody knows the a is one name to whoever wrote it.
        if (node is { Target: VariableNode unknown, Index: LiteralNode { Value: StringValue { Value: var member } } }
            && !_variables.ContainsKey(unknown.Name) && !scope.Names.ContainsKey(unknown.Name))
        {
            _errors.Add(new(NameMessages.Unknown($"{unknown.Name}.{member}", scope), unknown.Column) { Unknown = $"{unknown.Name}.{member}" });
            return ExpressionType.Any;
        }

        var target = Check(node.Target);
        var index = Check(node.Index);
        if (!target.May(Kinds.List | Kinds.Map))
        {
            Wrong($"{KindWords.Of(target.Kinds)} has no members{(node.Index is LiteralNode literal ? $", and so no {literal.Value.Text}" : "")}", node.Column);
            return ExpressionType.Any;
        }

        var keys = (target.May(Kinds.Map) ? Kinds.Scalar : Kinds.None) | (target.May(Kinds.List) ? Kinds.Number : Kinds.None);
        if (!index.May(keys)) Wrong($"{(target.May(Kinds.Map) ? "a member of a map has a name" : "an item of a list has a number")}, not {KindWords.Of(index.Kinds)}", node.Index.Column);
        return target.Item;
    }

    private ExpressionType Call(CallNode node)
    {
        var types = node.Arguments.Select(Check).ToList();
        if (node.Function == "try") return types.Count > 0 ? types.Aggregate((a, b) => a.Or(b)) : Refuse("try needs an argument: try(expression, otherwise)");
        if (FunctionTable.Find(node.Function) is not { } function)
        {
            return Refuse($"there is no function {node.Function}{NearestName.Hint(node.Function, FunctionTable.Names)}; write $$( for the text $( itself");
        }

        if (function.WrongCount(types.Count) is { } wrong) return Refuse(wrong);
        for (var i = 0; i < types.Count; i++)
        {
            if (!types[i].May(function.Accepts(i))) Wrong(function.WrongKind(i, types[i].Kinds), node.Arguments[i].Column);
            else if (types[i].MayBeUnset && !function.Accepts(i).HasFlag(Kinds.Null)) Unset(node.Arguments[i]);
            if (node.Arguments[i] is LiteralNode { Value: StringValue { Value: var text } }) CheckText(function, i, text, node.Arguments[i].Column);
        }

        if (function.Name == "timestamp" && !scope.HasTime) Wrong("the build's time is not known there", node.Column);
        return function.Name is "element" or "lookup" or "values" or "concat" or "slice" or "sort" or "reverse" or "distinct" or "compact" && types.Count > 0
            ? Handed(function, types)
            : new(function.Returns, function.Items);

        ExpressionType Refuse(string message)
        {
            Wrong(message, node.Column);
            return ExpressionType.Any;
        }
    }

    /// <summary>What comes out of these is what went in.</summary>
    private static ExpressionType Handed(Function function, List<ExpressionType> types) => function.Name switch
    {
        "element" => types[0].Item,
        "lookup" => types.Count > 2 ? types[0].Item.Or(types[2]) : types[0].Item,
        "concat" => new(Kinds.List, types.Aggregate(Kinds.None, (k, t) => k | t.Items)),
        _ => new(function.Returns, types[0].Items),
    };

    private void CheckText(Function function, int index, string text, int column)
    {
        try
        {
            function.CheckText?.Invoke(index, text);
        }
        catch (ExpressionException e)
        {
            Wrong($"{function.Name}: {e.Message}", column);
        }
    }

    private ExpressionType Unary(UnaryNode node)
    {
        var type = Check(node.Operand);
        var wanted = node.Operator == "!" ? Kinds.Bool : Kinds.Number;
        if (!type.May(wanted)) Wrong($"{node.Operator} needs {KindWords.Of(wanted)}, not {KindWords.Of(type.Kinds)}", node.Column);
        return new(wanted);
    }

    private ExpressionType Binary(BinaryNode node)
    {
        var (left, right) = (Check(node.Left), Check(node.Right));
        switch (node.Operator)
        {
            case "??":
                return new ExpressionType(left.Kinds & ~Kinds.Null, left.Items).Or(right);
            case "&&" or "||":
                foreach (var (type, part) in new[] { (left, node.Left), (right, node.Right) })
                {
                    if (!type.May(Kinds.Bool)) Wrong($"{node.Operator} needs conditions that are true or false, not {KindWords.Of(type.Kinds)}", part.Column);
                }

                return new(Kinds.Bool);
            case "==" or "!=":
                if ((left.Kinds & right.Kinds) == 0 && !left.May(Kinds.Null) && !right.May(Kinds.Null))
                {
                    Wrong($"{KindWords.Of(left.Kinds)} never equals {KindWords.Of(right.Kinds)}", node.Column);
                }

                return new(Kinds.Bool);
            default:
                return Reckoned(node, left, right);
        }
    }

    private ExpressionType Reckoned(BinaryNode node, ExpressionType left, ExpressionType right)
    {
        var accepted = node.Operator == "+" ? Kinds.Number | Kinds.String : Kinds.Number;
        var common = left.Kinds & right.Kinds & accepted;
        if (common == 0) Wrong($"{node.Operator} needs numbers{(node.Operator == "+" ? ", or two texts" : "")}, not {KindWords.Of(left.Kinds)} and {KindWords.Of(right.Kinds)}", node.Column);
        if (left.MayBeUnset) Unset(node.Left);
        if (right.MayBeUnset) Unset(node.Right);
        return new(node.Operator is "<" or "<=" or ">" or ">=" ? Kinds.Bool : common == 0 ? accepted : common);
    }

    private ExpressionType Conditional(ConditionalNode node)
    {
        CheckCondition(node.Condition);
        return Check(node.Then).Or(Check(node.Otherwise));
    }

    private Kinds Key(Node node)
    {
        var type = Check(node);
        if (!type.May(Kinds.Scalar)) Wrong($"a key must be a text, not {KindWords.Of(type.Kinds)}", node.Column);
        return Kinds.None;
    }

    private ExpressionType Loop(ForNode node)
    {
        var source = Check(node.Source);
        if (!source.May(Kinds.List | Kinds.Map)) Wrong($"for goes over a list or a map, not {KindWords.Of(source.Kinds)}", node.Source.Column);
        var outer = new Dictionary<string, ExpressionType>(_variables, StringComparer.Ordinal);
        if (node.KeyName is not null) _variables[node.KeyName] = KeyOf(source);
        _variables[node.ValueName] = source.Item;
        if (node.Condition is not null) CheckCondition(node.Condition);
        if (node.Key is not null) Key(node.Key);
        var result = new ExpressionType(node.Key is null ? Kinds.List : Kinds.Map, Check(node.Value).Kinds);
        _variables.Clear();
        foreach (var (name, type) in outer) _variables[name] = type;
        return result;
    }

    /// <summary>What a loop over it counts with.</summary>
    public static ExpressionType KeyOf(ExpressionType source) =>
        new((source.May(Kinds.List) ? Kinds.Number : Kinds.None) | (source.May(Kinds.Map) ? Kinds.String : Kinds.None));

    private void Unset(Node node) => Wrong(NameMessages.Unset(node), node.Column);
}
