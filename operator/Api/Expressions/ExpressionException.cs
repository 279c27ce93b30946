namespace ImageOperator.Api.Expressions;

/// <summary>An expression cannot be read, is not consistent, or has no value.</summary>
internal sealed class ExpressionException : Exception
{
    public ExpressionException() { }

    public ExpressionException(string message) : base(message) { }

    public ExpressionException(string message, Exception innerException) : base(message, innerException) { }

    public ExpressionException(string message, int column) : base(message) => Column = column;

    /// <summary>Where in the text the part in question begins, from 1; 0 if whoever threw it does not know.</summary>
    public int Column { get; }

    /// <summary>The name that is not known; null if something else is wrong.</summary>
    public string? Unknown { get; init; }

    /// <summary>A limit was reached: nothing may make up for it.</summary>
    public bool IsLimit { get; init; }
}
