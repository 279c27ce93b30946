namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>A platform whose calls are seen, and go wrong as a test wants it.</summary>
internal abstract class CloudSite : Site
{
    /// <summary>All calls of this case, in order.</summary>
    public abstract IReadOnlyList<string> Calls { get; }

    /// <summary>What goes wrong from now on.</summary>
    public abstract IReadOnlyList<Fault> Faults { get; set; }

    /// <summary>How many calls went wrong in this case.</summary>
    public abstract int Injected { get; }

    /// <summary>From now on what is made is not seen for a good while.</summary>
    public abstract void ShowLate();

    /// <summary>Lets time pass, in which nobody works.</summary>
    public abstract void Pass(TimeSpan time);
}
