using System.Collections.Concurrent;
using System.Text;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Provisioners.Scripts;

/// <summary>Runs a script of this project on the machine, as root.</summary>
internal static class GuestScript
{
    private const string MarkVariable = "IMAGEOPERATOR_MARK";
    private static readonly ConcurrentDictionary<string, string> Texts = new();

    /// <summary>Runs the script to its end; what it printed but for what it told has gone to the step's output.</summary>
    /// <param name="context">The step.</param>
    /// <param name="name">The script's file: <c>packages.sh</c>.</param>
    /// <param name="environment">Its settings. Secrets may be among them.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="StepException">It told an error, or could not be run at all.</exception>
    public static Task<GuestAnswer> RunAsync(ProvisionContext context, string name, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken) =>
        RunAsync(context, name, environment, asRoot: true, cancellationToken);

    public static async Task<GuestAnswer> RunAsync(
        ProvisionContext context, string name, IReadOnlyDictionary<string, string> environment, bool asRoot, CancellationToken cancellationToken)
    {
        var mark = $"[{Guid.NewGuid():N}]";
        var told = new List<(string Key, string Value)>();
        var watch = new SudoWatch(context.Output);
        var script = new Script(Encoding.UTF8.GetBytes(Text("prelude.sh") + Text(name)))
        {
            Interpreter = "/bin/sh -eu",
            Environment = new Dictionary<string, string>(environment) { [MarkVariable] = mark },
            AsRoot = asRoot,
        };
        var result = await context.Communicator.ExecuteAsync(ScriptCommand.Create(script), Take, cancellationToken).ConfigureAwait(false);
        var answer = new GuestAnswer(result.ExitCode, told);
        if (answer.Find("error") is { } error) throw new StepException(error, result.ExitCode, answer.Find("hint"));
        // What never began has told nothing; what exits otherwise is for the caller to judge.
        if (result.ExitCode is 125 or 126 or 127 || !watch.ScriptRan)
            throw new StepException($"the machine could not run {name}: exit code {result.ExitCode}{(watch.Complaint is { } said ? $", {said}" : "")}", result.ExitCode, ScriptHints.For(script, result.ExitCode, watch));
        return answer;

        void Take(OutputStream stream, string line)
        {
            if (stream != OutputStream.Stdout || !line.StartsWith(mark, StringComparison.Ordinal))
            {
                watch.Take(stream, line);
                return;
            }

            var words = line[mark.Length..].TrimStart().Split(' ', 2);
            told.Add((words[0], words.Length > 1 ? words[1].Trim() : ""));
            watch.ScriptSpoke();
        }
    }

    /// <summary>A file of this project.</summary>
    public static string Text(string name) => Texts.GetOrAdd(name, n =>
    {
        using var stream = typeof(GuestScript).Assembly.GetManifestResourceStream(n) ?? throw new InvalidOperationException($"{n} is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}

/// <summary>What a script told.</summary>
/// <param name="ExitCode">How it ended.</param>
/// <param name="Told">Keys and values, in order.</param>
internal sealed record GuestAnswer(int ExitCode, IReadOnlyList<(string Key, string Value)> Told)
{
    /// <summary>The last value of the key; null if it was not told.</summary>
    public string? Find(string key) => Told.LastOrDefault(t => t.Key == key).Value;

    public IEnumerable<string> All(string key) => Told.Where(t => t.Key == key).Select(t => t.Value);

    /// <exception cref="StepException">It was not told: the script ended in the middle.</exception>
    public string Require(string key) => Find(key) ?? throw new StepException($"the machine's answer lacks \"{key}\": the script ended with exit code {ExitCode}", ExitCode);
}
