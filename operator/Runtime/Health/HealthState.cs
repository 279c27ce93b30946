using System.Collections.Concurrent;

namespace ImageOperator.Runtime.Health;

/// <summary>A named set of checks.</summary>
public abstract class HealthState
{
    private readonly ConcurrentDictionary<string, HealthCheck> checks = new(StringComparer.Ordinal);

    private protected HealthState() { }

    /// <summary>Adds a check.</summary>
    public void Add(string name, HealthCheck check)
    {
        if (!checks.TryAdd(name, check))
        {
            throw new InvalidOperationException($"a health check named {name} exists");
        }
    }

    /// <summary>Asks every check.</summary>
    public HealthReport Check() => new(checks.ToDictionary(c => c.Key, c => c.Value(), StringComparer.Ordinal));
}

/// <summary>Liveness: when not well, the process shall be restarted.</summary>
public sealed class Healthz : HealthState;

/// <summary>Readiness: when not well, the process shall get no traffic. Caches must be in sync; leading is not needed.</summary>
public sealed class Readyz : HealthState;
