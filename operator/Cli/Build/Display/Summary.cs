using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Cli.Build.Display;

/// <summary>The result for people: stages, steps, tests, artifacts, or why there is none.</summary>
internal static class Summary
{
    public static void Write(TextWriter output, BuildResult result)
    {
        foreach (var target in result.Targets) Write(output, result, target);
        var failed = result.Targets.Count(t => !t.Succeeded);
        output.WriteLine();
        var took = EventText.Seconds(result.Duration);
        output.WriteLine(
            failed == 0 ? $"Build {result.Build.Name} succeeded in {took}"
            : result.Targets.Any(t => t.Status.Phase == TargetPhase.Failed) ? $"Build {result.Build.Name} failed after {took} ({failed} of {result.Targets.Count} targets)"
            : $"Build {result.Build.Name} was stopped after {took}");
        if (result.StateFolder is { } folder) output.WriteLine($"State is kept in {folder}{(result.Targets.Any(t => t.Left.Count > 0) ? "; run `imagectl sweep` to remove what is left" : "")}");
        output.Flush();
    }

    private static void Write(TextWriter output, BuildResult result, TargetResult target)
    {
        var status = target.Status;
        var took = status is { StartTime: { } start, CompletionTime: { } end } ? $" in {EventText.Seconds(end - start)}" : "";
        output.WriteLine();
        output.WriteLine($"{status.Name}: {status.Phase}{took}");
        if (status.Reason is { } reason) output.WriteLine($"  {(status.Phase == TargetPhase.UpToDate ? "not built" : status.Plan is { } plan ? $"plan: {plan}" : "built"),-9} {reason}");
        var stages = (status.Stages ?? []).Where(s => s.Duration is not null).Select(s => new[] { "stage", s.Name.ToString(), EventText.Seconds(s.Duration!.Value.Value), "" });
        var steps = (status.Steps ?? []).Select(s => new[] { "step", s.Name, Took(s.Duration), $"{s.Kind} {s.State}{Tries(s)}{Exit(s.ExitCode)}" });
        Table.Write(output, [.. stages, .. steps]);
        foreach (var test in status.Tests ?? [])
        {
            Table.Write(output, [["test", test.Name, Took(test.Duration), $"{test.State}{Exit(test.ExitCode)}"]]);
            Block(output, test.Output);
        }

        foreach (var artifact in status.Artifacts ?? []) Write(output, artifact);
        if (status.Failure is { } failure) Write(output, failure);
        foreach (var left in target.Left) output.WriteLine($"  left behind  {left}");
        var downloads = Path.Combine(result.Build.Downloads, status.Name);
        if (Directory.Exists(downloads)) output.WriteLine($"  files     {downloads}");
    }

    private static void Write(TextWriter output, Artifact artifact)
    {
        var size = artifact.SizeBytes is { } bytes ? $", {EventText.Bytes(bytes)}" : "";
        var disk = artifact.VirtualSizeBytes is { } space ? $" (disk {EventText.Bytes(space)})" : "";
        output.WriteLine($"  artifact  {artifact.Id}");
        output.WriteLine($"            {artifact.Type}{size}{disk}");
        if (artifact.Checksum is { } checksum) output.WriteLine($"            {checksum}");
    }

    private static void Write(TextWriter output, Failure failure)
    {
        output.WriteLine($"  failed    {failure.Reason} on the way to {failure.Stage}{(failure.Step is { } step ? $", step {step}" : "")}{Exit(failure.ExitCode)}");
        output.WriteLine($"            {failure.Message}");
        if (failure.LogTail is { } log)
        {
            output.WriteLine("            The step's last lines:");
            Block(output, log);
        }

        if (failure.ConsoleTail is { } console)
        {
            output.WriteLine("            The machine's console:");
            Block(output, console);
        }

        if (failure.Hint is { } hint) output.WriteLine($"  hint      {hint}");
    }

    private static void Block(TextWriter output, string? text)
    {
        if (text is null) return;
        foreach (var line in text.TrimEnd('\n').Split('\n')) output.WriteLine($"            | {Printable(line)}");
    }

    // A guest's console may hold anything, terminal commands included.
    private static string Printable(string line) => string.Concat(line.Where(c => c == '\t' || !char.IsControl(c)));

    private static string Took(Api.Common.Duration? duration) => duration is { } set ? EventText.Seconds(set.Value) : "";

    private static string Tries(StepStatus step) => step.Tries > 1 ? $", {step.Tries} tries" : "";

    private static string Exit(int? code) => code is { } set and not 0 ? $", exit code {set}" : "";
}
