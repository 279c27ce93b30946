namespace ImageOperator.Runtime.Conditions;

/// <summary>How a resource stands in the eyes of kstatus, and so of Flux and Argo CD.</summary>
/// <param name="Code">The status.</param>
/// <param name="Reason">The reason of the condition that decided.</param>
/// <param name="Message">For people.</param>
public sealed record KStatus(KStatusCode Code, string Reason, string Message);

/// <summary>kstatus's words.</summary>
public enum KStatusCode
{
    /// <summary>The state is as asked for.</summary>
    Current,

    /// <summary>On the way there.</summary>
    InProgress,

    /// <summary>Will not get there.</summary>
    Failed,

    /// <summary>Being deleted.</summary>
    Terminating,

    /// <summary>Not there.</summary>
    NotFound,

    /// <summary>Cannot be told.</summary>
    Unknown,
}
