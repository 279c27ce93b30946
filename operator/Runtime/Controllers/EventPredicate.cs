using ImageOperator.Runtime.Cache;

namespace ImageOperator.Runtime.Controllers;

/// <summary>Decides whether a change is worth a reconcile. Asked for changes only, not for additions and deletions.</summary>
public delegate bool EventPredicate<T>(ResourceEvent<T> change)
    where T : class;
