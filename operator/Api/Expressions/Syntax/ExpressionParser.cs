using ImageOperator.Api.Expressions.Values;

namespace ImageOperator.Api.Expressions.Syntax;

/// <summary>Reads one expression by recursive descent, to a bounded depth.</summary>
internal ref struct ExpressionParser
{
    private Lexer _lexer;
    private Lexeme _current;
    private int _depth;

    private ExpressionParser(string text, int start)
    {
        _lexer = new(text, start);
        _current = _lexer.Next();
    }

    /// <summary>Reads the whole text.</summary>
    /// <exception cref="ExpressionException">It is not an expression.</exception>
    public static Node Parse(string text)
    {
        var parser = new ExpressionParser(text, 0);
        var node = parser.Expression();
        return parser._current.Kind == LexemeKind.End ? node : throw parser.Unexpected("an operator or the end");
    }

    /// <summary>Reads up to the closing parenthesis.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the expression begins, from 0.</param>
    /// <param name="end">Behind the closing parenthesis.</param>
    /// <exception cref="ExpressionException">It is not an expression.</exception>
    public static Node ParseUntilClosed(string text, int start, out int end)
    {
        var parser = new ExpressionParser(text, start);
        var node = parser.Expression();
        if (!parser._current.Is(")")) throw parser.Unexpected("an operator or \")\"");
        end = parser._current.End;
        return node;
    }

    private Node Expression()
    {
        if (++_depth > ExpressionLimits.Deepest) throw new ExpressionException($"the expression is more than {ExpressionLimits.Deepest} deep: split it", _current.Start + 1);
        var condition = Binary(1);
        if (_current.Is("?"))
        {
            var column = Advance().Start + 1;
            var then = Expression();
            Expect(":");
            var otherwise = Expression();
            condition = new ConditionalNode(condition, then, otherwise, column).Above(condition, then, otherwise);
        }

        _depth--;
        return condition;
    }

    /// <param name="loosest">Operators that bind looser are somebody else's.</param>
    private Node Binary(int loosest)
    {
        var left = Unary();
        while (Strength(_current) is var strength && strength >= loosest)
        {
            var symbol = Advance();
            var right = Binary(strength + 1);
            left = new BinaryNode(symbol.Value, left, right, symbol.Start + 1).Above(left, right);
        }

        return left;
    }

    /// <summary>How tightly an operator binds; 0 for what is none.</summary>
    private static int Strength(Lexeme word) => word.Kind != LexemeKind.Symbol ? 0 : word.Value switch
    {
        "||" => 1,
        "&&" => 2,
        "==" or "!=" => 3,
        "<" or "<=" or ">" or ">=" => 4,
        "??" => 5,
        "+" or "-" => 6,
        "*" or "/" or "%" => 7,
        _ => 0,
    };

    private Node Unary()
    {
        if (!_current.Is("!") && !_current.Is("-")) return Postfix();
        if (++_depth > ExpressionLimits.Deepest) throw new ExpressionException($"the expression is more than {ExpressionLimits.Deepest} deep: split it", _current.Start + 1);
        var symbol = Advance();
        var operand = Unary();
        _depth--;
        return new UnaryNode(symbol.Value, operand, symbol.Start + 1).Above(operand);
    }

    private Node Postfix()
    {
        var node = Primary();
        while (_current.Is(".") || _current.Is("[")) node = Advance().Is(".") ? Member(node) : Index(node);
        return node;
    }

    private Node Member(Node target)
    {
        var name = Advance();
        if (name.Kind is not (LexemeKind.Name or LexemeKind.Number)) throw Unexpected("a name", name);
        // The roots are no values of their own.
        return target is VariableNode root && SyntaxNames.IsRoot(root.Name)
            ? new ReferenceNode($"{root.Name}.{name.Value}", root.Column)
            : new IndexNode(target, Key(name), name.Start + 1).Above(target);
    }

    private static LiteralNode Key(Lexeme name) => name.Kind == LexemeKind.Number && int.TryParse(name.Value, out var index)
        ? new(ExpressionValue.Of(index), name.Start + 1)
        : new(ExpressionValue.Of(name.Value), name.Start + 1);

    private Node Index(Node target)
    {
        var index = Expression();
        Expect("]");
        return target is VariableNode root && SyntaxNames.IsRoot(root.Name) && index is LiteralNode { Value: StringValue { Value: var name } }
            ? new ReferenceNode($"{root.Name}.{name}", root.Column)
            : new IndexNode(target, index, index.Column).Above(target, index);
    }

    private Node Primary()
    {
        var word = Advance();
        var column = word.Start + 1;
        switch (word.Kind)
        {
            case LexemeKind.Number:
                return new LiteralNode(JsonForm.Number(word.Value) ?? throw new ExpressionException($"{word.Value} is out of range", column), column);
            case LexemeKind.Text:
                return new LiteralNode(ExpressionValue.Of(word.Value), column);
            case LexemeKind.Name when word.Value is "true" or "false" or "null":
                return new LiteralNode(word.Value switch { "true" => ExpressionValue.True, "false" => ExpressionValue.False, _ => ExpressionValue.Null }, column);
            case LexemeKind.Name:
                return _current.Is("(") ? Call(word) : new VariableNode(word.Value, column);
            case LexemeKind.Symbol when word.Is("("):
                var inner = Expression();
                Expect(")");
                return inner;
            case LexemeKind.Symbol when word.Is("["):
                return _current is { Kind: LexemeKind.Name, Value: "for" } ? For(column, "]") : List(column);
            case LexemeKind.Symbol when word.Is("{"):
                return _current is { Kind: LexemeKind.Name, Value: "for" } ? For(column, "}") : Map(column);
            default:
                throw Unexpected("a value", word);
        }
    }

    private Node Call(Lexeme name)
    {
        Advance();
        var arguments = Items(")");
        return new CallNode(name.Value, arguments, name.Start + 1).Above([.. arguments]);
    }

    private Node List(int column)
    {
        var items = Items("]");
        return new ListNode(items, column).Above([.. items]);
    }

    private List<Node> Items(string end)
    {
        var items = new List<Node>();
        while (!_current.Is(end))
        {
            items.Add(Expression());
            if (!_current.Is(end)) Expect(",", $"\",\" or \"{end}\"");
        }

        Advance();
        return items;
    }

    private Node Map(int column)
    {
        var members = new List<(Node, Node)>();
        while (!_current.Is("}"))
        {
            // A name is itself, as in HCL; a computed key stands in parentheses.
            var key = _current.Kind == LexemeKind.Name ? Key(Advance()) : Unary();
            Expect(":");
            members.Add((key, Expression()));
            if (!_current.Is("}")) Expect(",", "\",\" or \"}\"");
        }

        Advance();
        return new MapNode(members, column).Above([.. members.SelectMany(m => new[] { m.Item1, m.Item2 })]);
    }

    private Node For(int column, string end)
    {
        Advance();
        var first = Variable();
        var second = default(string);
        if (_current.Is(","))
        {
            Advance();
            second = Variable();
        }

        if (_current is not { Kind: LexemeKind.Name, Value: "in" }) throw Unexpected("\"in\"");
        Advance();
        var source = Expression();
        Expect(":");
        var value = Expression();
        var key = default(Node);
        if (end == "}")
        {
            Expect("=>");
            key = value;
            value = Expression();
        }

        var condition = default(Node);
        if (_current is { Kind: LexemeKind.Name, Value: "if" })
        {
            Advance();
            condition = Expression();
        }

        Expect(end);
        return new ForNode(second is null ? null : first, second ?? first, source, key, value, condition, column).Above(source, key, value, condition);
    }

    private string Variable()
    {
        var name = Advance();
        if (name.Kind != LexemeKind.Name) throw Unexpected("a variable's name", name);
        return SyntaxNames.IsRoot(name.Value) || name.Value is "true" or "false" or "null"
            ? throw new ExpressionException($"\"{name.Value}\" cannot be a variable's name: choose another", name.Start + 1)
            : name.Value;
    }

    private Lexeme Advance()
    {
        var word = _current;
        _current = _lexer.Next();
        return word;
    }

    private void Expect(string symbol, string? wanted = null)
    {
        if (!_current.Is(symbol)) throw Unexpected(wanted ?? $"\"{symbol}\"");
        Advance();
    }

    private readonly ExpressionException Unexpected(string wanted) => Unexpected(wanted, _current);

    private static ExpressionException Unexpected(string wanted, Lexeme found) => new($"{wanted} is expected here, not {found.Shown}", found.Start + 1);
}
