using ImageOperator.Engine.Events;

namespace ImageOperator.Cli.Build.Display;

/// <summary>Shows what goes on, and at the end the result.</summary>
internal interface IBuildDisplay : IAsyncDisposable
{
    /// <summary>Takes an event of a target; from any thread. Does not block.</summary>
    void Observe(string target, BuildEvent buildEvent);

    /// <summary>Says something about the build as a whole.</summary>
    void Note(string text);

    /// <summary>Shows the result, after all that was observed.</summary>
    Task FinishAsync(BuildResult result);
}

/// <summary>Gives a target's events to the display.</summary>
internal sealed class TargetObserver(string target, IBuildDisplay display) : IBuildObserver
{
    public void Observe(BuildEvent buildEvent) => display.Observe(target, buildEvent);
}
