namespace ImageOperator.Controller.Queue;

/// <summary>One target of one build: what takes a machine, and so what is counted and queued.</summary>
internal readonly record struct TargetKey(string BuildUid, string Target);
