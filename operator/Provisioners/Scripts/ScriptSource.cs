using System.Text;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Provisioners.Scripts;

/// <summary>Where a script comes from: lines of the step, or a file of the workspace.</summary>
internal sealed class ScriptSource(IReadOnlyList<string>? inline, string? file)
{
    private const int LongestName = 60;

    /// <summary>What an error calls it.</summary>
    public string Name
    {
        get
        {
            if (file is not null) return $"the script {file}";
            var line = inline?.FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))?.Trim() ?? "";
            var more = line.Length > LongestName || line.Contains('\n', StringComparison.Ordinal) || inline?.Count > 1;
            line = line.Split('\n')[0];
            return $"`{(line.Length > LongestName ? line[..LongestName] : line)}{(more ? " …" : "")}`";
        }
    }

    public async Task<byte[]> ReadAsync(string workspace, CancellationToken cancellationToken)
    {
        if (file is null) return Encoding.UTF8.GetBytes(string.Join('\n', inline ?? []) + "\n");
        var path = WorkspaceFiles.Find(workspace, file, "script");
        if (Directory.Exists(path)) throw new StepException($"script: {file} is a folder of the workspace, not a script", hint: "name the script itself");
        return await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
    }
}
