namespace ImageOperator.Api.Expressions.Evaluation;

/// <summary>What the expressions of one text may cost together.</summary>
internal sealed class Budget
{
    private int _steps;
    private long _work;

    public void Step(int column)
    {
        if (++_steps > ExpressionLimits.MostSteps) throw new ExpressionException($"takes more than {ExpressionLimits.MostSteps} steps: make its lists shorter", column) { IsLimit = true };
    }

    /// <summary>Before so much is made.</summary>
    public void Spend(long size)
    {
        _work += size;
        if (_work > ExpressionLimits.MostWork || size > ExpressionLimits.MostWork) throw new ExpressionException("makes too much: use shorter texts and lists") { IsLimit = true };
    }
}
