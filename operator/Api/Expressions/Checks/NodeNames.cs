using ImageOperator.Api.Expressions.Syntax;

namespace ImageOperator.Api.Expressions.Checks;

/// <summary>Which names an expression uses; those that it declares itself are left out.</summary>
internal static class NodeNames
{
    public static IReadOnlyList<(string Name, int Column)> In(Node node)
    {
        var names = new List<(string, int)>();
        Visit(node, [], names);
        return names;
    }

    private static void Visit(Node? node, HashSet<string> own, List<(string Name, int Column)> names)
    {
        switch (node)
        {
            case ReferenceNode reference:
                names.Add((reference.Name, reference.Column));
                break;
            case VariableNode variable when !own.Contains(variable.Name):
                names.Add((variable.Name, variable.Column));
                break;
            case IndexNode index:
                Visit(index.Target, own, names);
                Visit(index.Index, own, names);
                break;
            case CallNode call:
                foreach (var argument in call.Arguments) Visit(argument, own, names);
                break;
            case UnaryNode unary:
                Visit(unary.Operand, own, names);
                break;
            case BinaryNode binary:
                Visit(binary.Left, own, names);
                Visit(binary.Right, own, names);
                break;
            case ConditionalNode conditional:
                Visit(conditional.Condition, own, names);
                Visit(conditional.Then, own, names);
                Visit(conditional.Otherwise, own, names);
                break;
            case ListNode list:
                foreach (var item in list.Items) Visit(item, own, names);
                break;
            case MapNode map:
                foreach (var (key, value) in map.Members)
                {
                    Visit(key, own, names);
                    Visit(value, own, names);
                }

                break;
            case ForNode loop:
                Visit(loop.Source, own, names);
                HashSet<string> inner = [.. own, loop.ValueName, .. loop.KeyName is null ? Array.Empty<string>() : [loop.KeyName]];
                foreach (var part in new[] { loop.Key, loop.Value, loop.Condition }) Visit(part, inner, names);
                break;
        }
    }
}
