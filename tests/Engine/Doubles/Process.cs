namespace ImageOperator.Engine.Tests.Doubles;

/// <summary>
/// A process that runs one attempt or a sweep. Each call to the outside passes two numbered points, before and after its
/// effect. At a point the process can be killed: then nothing of it goes on, and the outside refuses it for ever.
/// </summary>
internal sealed class Process(int attempt)
{
    public int Attempt { get; } = attempt;

    public bool Dead { get; private set; }

    /// <summary>The points passed, by name; those after an effect end in "!".</summary>
    public List<string> Points { get; } = [];

    /// <summary>The point to be killed at, from 0.</summary>
    public int? KillAt { get; init; }

    /// <summary>Is called at each point.</summary>
    public Action<int, string>? AtPoint { get; set; }

    /// <summary>A call to the outside.</summary>
    public Task<T> CallAsync<T>(string name, Func<T> effect, CancellationToken cancellationToken)
    {
        if (!Pass(name)) return Never<T>();
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        try
        {
            var result = effect();
            return Pass(name + "!") ? Task.FromResult(result) : Never<T>();
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    /// <summary>Kills the process here.</summary>
    public void Kill() => Dead = true;

    private bool Pass(string name)
    {
        if (Dead) return false;
        var number = Points.Count;
        Points.Add(name);
        if (number == KillAt) Kill();
        else AtPoint?.Invoke(number, name);
        return !Dead;
    }

    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;
}
