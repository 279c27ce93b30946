using System.Collections;

namespace ImageOperator.Cli.Hosting;

/// <summary>The environment variables that imagectl reads: this is the one place.</summary>
internal sealed class CliEnvironment(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>For <c>imagectl --help</c>.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> Documented { get; } =
    [
        ("IMAGECTL_STATE_DIR", "where builds keep their journal (--state-dir)"),
        ("IMAGECTL_CACHE_DIR", "where downloads are kept (--cache-dir)"),
        ("XDG_STATE_HOME, XDG_CACHE_HOME", "the folders that the defaults lie in"),
        ("CI, TERM=dumb", "print plain lines instead of a progress display"),
        ("AZURE_SUBSCRIPTION_ID", "the subscription of Azure targets without a platform"),
        ("KUBECONFIG", "which cluster imagectl logs reads"),
        ("NO_COLOR", "print no colours"),
    ];

    /// <summary>The variables of this process.</summary>
    public static CliEnvironment OfProcess() => new(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal));

    /// <summary>A variable by name; null if it is not set or empty.</summary>
    public string? Find(string name) => variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>No person watches.</summary>
    public bool InPipeline => Find("CI") is not null || Find("TERM") is null or "dumb";

    /// <summary>Where builds keep their state by default.</summary>
    public string StateFolder => Find("IMAGECTL_STATE_DIR") ?? Path.Combine(Home("XDG_STATE_HOME", ".local/state"), "imageoperator", "builds");

    /// <summary>Where downloads are kept by default.</summary>
    public string CacheFolder => Find("IMAGECTL_CACHE_DIR") ?? Path.Combine(Home("XDG_CACHE_HOME", ".cache"), "imageoperator", "builds");

    // The XDG specification: a relative path is to be ignored.
    private string Home(string variable, string below) => Find(variable) is { } folder && Path.IsPathRooted(folder)
        ? folder
        : Path.Combine(Find("HOME") ?? Path.GetTempPath(), below);
}
