namespace ImageOperator.Engine.Ports;

/// <summary>Which build, target and attempt a process works for.</summary>
/// <param name="Uid">The ImageBuild's UID; with <c>imagectl build</c> a UID made for the run. Tags and file names carry it.</param>
/// <param name="Namespace">The ImageBuild's namespace.</param>
/// <param name="Name">The ImageBuild's name.</param>
/// <param name="Target">The target's name.</param>
/// <param name="Attempt">The attempt, from 1: the fencing token.</param>
public sealed record BuildIdentity(string Uid, string Namespace, string Name, string Target, int Attempt)
{
    /// <summary>Names what belongs to this target of this build in file names and cloud names; the same over all attempts.</summary>
    public string Key => $"{Uid}-{Target}";
}
