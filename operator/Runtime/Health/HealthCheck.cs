namespace ImageOperator.Runtime.Health;

/// <summary>One thing that must be well. Returns null when it is, else what is wrong; must not block.</summary>
public delegate string? HealthCheck();
