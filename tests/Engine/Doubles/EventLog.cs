using ImageOperator.Engine.Events;

namespace ImageOperator.Engine.Tests.Doubles;

internal sealed class EventLog : IBuildObserver
{
    public List<BuildEvent> Events { get; } = [];

    public void Observe(BuildEvent buildEvent) => Events.Add(buildEvent);
}
