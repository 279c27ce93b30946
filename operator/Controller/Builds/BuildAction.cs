using ImageOperator.Runtime.Events;

namespace ImageOperator.Controller.Builds;

/// <summary>One thing to do. The order in which actions are done is the actor's: guards, status, pods, the rest.</summary>
internal abstract record BuildAction
{
    /// <summary>Before the first pod.</summary>
    internal sealed record EnsureFinalizer : BuildAction;

    /// <summary>The service account of the build's pods and what it may do.</summary>
    internal sealed record EnsureAccess : BuildAction;

    internal sealed record CreateBuilder(string Target, int Attempt) : BuildAction;

    internal sealed record CreateSweeper(string Target, int Number) : BuildAction;

    /// <summary>Force ends it without waiting for its node.</summary>
    internal sealed record DeletePod(string Name, string Uid, bool Force = false) : BuildAction;

    internal sealed record Report(EventSeverity Severity, string Reason, string Verb, string Note) : BuildAction
    {
        /// <summary>Known not to have been said before.</summary>
        public bool Unsaid { get; init; }
    }

    /// <summary>Before the status that says that the build has ended.</summary>
    internal sealed record WriteManifest(string ConfigMap) : BuildAction;

    internal sealed record RemoveAccess : BuildAction;

    internal sealed record RemoveFinalizer : BuildAction;

    internal sealed record DeleteBuild : BuildAction;
}
