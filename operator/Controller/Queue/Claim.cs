namespace ImageOperator.Controller.Queue;

/// <summary>A target that is to start.</summary>
internal sealed record Claim(string Target, PlatformKey Platform)
{
    public static Claim Of(string target) => new(target, PlatformKey.None);
}
