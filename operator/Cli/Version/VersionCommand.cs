using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Version;

/// <summary><c>imagectl version</c>.</summary>
internal static class VersionCommand
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static (Command Command, string Examples) Create(CliContext context)
    {
        var output = CommonOptions.Output();
        var command = new Command("version", "Says which imagectl, .NET and QEMU these are.") { output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (version, commit) = OfProgram();
            var qemu = await QemuVersion.FindAsync(cancellationToken).ConfigureAwait(false);
            await context.Out.WriteLineAsync(parsed.GetRequiredValue(output) == "json"
                ? JsonSerializer.Serialize(new { Version = version, Commit = commit, Dotnet = Environment.Version.ToString(), Qemu = qemu }, Indented)
                : $"imagectl {version}\ncommit   {commit ?? "unknown"}\n.NET     {Environment.Version}\nQEMU     {qemu ?? "not found: install qemu-system-x86 and qemu-utils"}").ConfigureAwait(false);
            return ExitCodes.Success;
        });
        return (command, "Examples:\n  imagectl version\n  imagectl version --output json\n");
    }

    private static (string Version, string? Commit) OfProgram()
    {
        var text = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? (text, null) : (text[..plus], text[(plus + 1)..]);
    }
}
