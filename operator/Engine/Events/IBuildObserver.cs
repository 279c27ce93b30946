namespace ImageOperator.Engine.Events;

/// <summary>Is told what goes on: writes log lines, draws a progress display. Must not throw or block.</summary>
public interface IBuildObserver
{
    /// <summary>Takes an event. Secrets are masked before.</summary>
    void Observe(BuildEvent buildEvent);
}
