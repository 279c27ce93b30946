namespace ImageOperator.Controller.Pods;

/// <summary>No pod can be made for a target as it is.</summary>
internal sealed class PodPlanException : Exception
{
    public PodPlanException() { }

    public PodPlanException(string message) : base(message) { }

    public PodPlanException(string message, Exception innerException) : base(message, innerException) { }
}
