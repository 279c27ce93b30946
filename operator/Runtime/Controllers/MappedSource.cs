using ImageOperator.Runtime.Cache;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Turns events of one kind into keys of another.</summary>
internal sealed class MappedSource<T>(Func<T, IEnumerable<ObjectKey>> map, IReadOnlyList<EventPredicate<T>> anyOf, Action<ObjectKey> enqueue)
    where T : class
{
    public void Handle(ResourceEvent<T> change)
    {
        if (!change.IsAdded && !change.IsDeleted && anyOf.Count > 0 && !anyOf.Any(accepts => accepts(change)))
        {
            return;
        }

        // An object that stops pointing at a key matters to that key too.
        var keys = (change.Old is { } old ? map(old) : []).Concat(change.New is { } now ? map(now) : []);
        foreach (var key in keys.Distinct())
        {
            enqueue(key);
        }
    }
}
