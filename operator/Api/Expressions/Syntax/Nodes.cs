using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Expressions.Syntax;

/// <summary>A part of an expression.</summary>
/// <param name="Column">Where it begins in the text, from 1.</param>
internal abstract record Node(int Column)
{
    private int _depth = 1;

    /// <summary>The node, above its parts: whoever works it out goes no deeper than that.</summary>
    /// <exception cref="ExpressionException">It is too deep.</exception>
    public Node Above(params ReadOnlySpan<Node?> parts)
    {
        foreach (var part in parts) _depth = Math.Max(_depth, 1 + (part?._depth ?? 0));
        return _depth <= ExpressionLimits.Deepest
            ? this
            : throw new ExpressionException($"the expression is more than {ExpressionLimits.Deepest} deep: split it", Column);
    }
}

internal sealed record LiteralNode(ExpressionValue Value, int Column) : Node(Column);

/// <summary>A name with its root: <c>params.x</c>, <c>build.id</c>.</summary>
internal sealed record ReferenceNode(string Name, int Column) : Node(Column);

/// <summary>A name without a dot: of a loop, or <c>self</c>.</summary>
internal sealed record VariableNode(string Name, int Column) : Node(Column);

/// <summary><c>target.name</c> or <c>target[index]</c>.</summary>
internal sealed record IndexNode(Node Target, Node Index, int Column) : Node(Column);

internal sealed record CallNode(string Function, IReadOnlyList<Node> Arguments, int Column) : Node(Column);

internal sealed record UnaryNode(string Operator, Node Operand, int Column) : Node(Column);

/// <summary>The column is the operator's.</summary>
internal sealed record BinaryNode(string Operator, Node Left, Node Right, int Column) : Node(Column);

internal sealed record ConditionalNode(Node Condition, Node Then, Node Otherwise, int Column) : Node(Column);

internal sealed record ListNode(IReadOnlyList<Node> Items, int Column) : Node(Column);

internal sealed record MapNode(IReadOnlyList<(Node Key, Node Value)> Members, int Column) : Node(Column);

/// <summary><c>[for k, v in source : value if condition]</c>, or with a key <c>{for k, v in source : key => value}</c>.</summary>
internal sealed record ForNode(string? KeyName, string ValueName, Node Source, Node? Key, Node Value, Node? Condition, int Column) : Node(Column);
