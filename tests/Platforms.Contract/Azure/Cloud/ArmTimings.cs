namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>How long things take.</summary>
internal sealed record ArmTimings
{
    public TimeSpan Network { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(40);

    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Snapshot { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Until access to a snapshot has begun or ended.</summary>
    public TimeSpan Access { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Until a disk is copied to a blob.</summary>
    public TimeSpan Copy { get; init; } = TimeSpan.FromSeconds(90);

    public TimeSpan Image { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan Version { get; init; } = TimeSpan.FromSeconds(150);

    public TimeSpan Region { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Removal { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan GroupRemoval { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Until a new group takes resources.</summary>
    public TimeSpan Known { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Until a new image definition takes versions.</summary>
    public TimeSpan DefinitionKnown { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>For how long a definition whose last version has gone cannot be deleted.</summary>
    public TimeSpan Emptied { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Until what is new can be read.</summary>
    public TimeSpan Shown { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long an interface is reserved for a machine that has gone.</summary>
    public TimeSpan Reserved { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Until lists show what is new.</summary>
    public TimeSpan Listed { get; init; } = TimeSpan.FromSeconds(20);

    public static ArmTimings Quick(TimeSpan soon) => new()
    {
        Network = soon,
        Start = soon,
        Stop = soon,
        Snapshot = soon,
        Access = soon,
        Copy = soon,
        Image = soon,
        Version = soon,
        Region = soon,
        Removal = soon,
        GroupRemoval = soon,
        Known = TimeSpan.Zero,
        DefinitionKnown = TimeSpan.Zero,
        Emptied = TimeSpan.Zero,
        Listed = TimeSpan.Zero,
        Shown = TimeSpan.Zero,
    };
}
