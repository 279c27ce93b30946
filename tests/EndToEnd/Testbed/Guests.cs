namespace ImageOperator.EndToEnd.Tests.Testbed;

/// <summary>The source images of <c>config/dev/guests</c>.</summary>
internal static class Guests
{
    public const string Tiny = "tiny";
    public const string BrokenSsh = "broken-ssh";

    public static IReadOnlyList<string> All { get; } = [Tiny, BrokenSsh];

    public static string File(string guest) => Path.Combine(Program.Cache, "guests", guest + ".qcow2");

    public static string Checksum(string guest) => "sha256:" + System.IO.File.ReadAllText(File(guest) + ".sha256").Split(' ')[0];
}
