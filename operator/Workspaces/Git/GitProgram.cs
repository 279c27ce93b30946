using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ImageOperator.Workspaces.Git;

/// <summary>
/// Runs git with a configuration of its own: none of the machine's or the user's, no prompts, no hooks. Credentials come as files whose paths
/// are all that arguments and environment know.
/// </summary>
/// <param name="home">A folder that nobody else reads.</param>
/// <param name="credentials">How to log in; null runs git where it needs no server.</param>
/// <param name="field">The entry's field, for failures.</param>
internal sealed class GitProgram(string home, GitCredentials? credentials, string field)
{
    private const int KeptCharacters = 16 * 1024;
    private const int LargestAnswer = 64 << 20;

    private static readonly string[] Settings =
    [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.autocrlf=false", "core.symlinks=true", "core.protectHFS=true", "core.protectNTFS=true",
        "gc.auto=0", "maintenance.auto=false", "protocol.version=2", "protocol.allow=never", "protocol.https.allow=always", "protocol.http.allow=always", "protocol.ssh.allow=always",
        "http.lowSpeedLimit=1", "http.lowSpeedTime=60", "http.followRedirects=initial", "submodule.recurse=false", "fetch.recurseSubmodules=false", "advice.detachedHead=false",
    ];

    /// <summary>Runs git to its end. A non-zero exit code is the caller's to judge.</summary>
    public async Task<GitAnswer> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken, string? folder = null, string? input = null, string? inputFile = null, string? outputFile = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(arguments, folder);
        using var killing = cancellationToken.UnsafeRegister(static p => Kill((Process)p!), process);
        var error = ReadAsync(process.StandardError);
        var writing = WriteAsync(process, input, inputFile, cancellationToken);
        var output = outputFile is null ? AnswerAsync(process, cancellationToken) : CopyAsync(process, outputFile, cancellationToken);
        try
        {
            await Task.WhenAll(writing, output).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new(process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch
        {
            Kill(process);
            throw;
        }
    }

    private Process Start(IReadOnlyList<string> arguments, string? folder)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? home };
        foreach (var setting in Settings.Concat(credentials?.Settings ?? []))
        {
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(setting);
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // Nothing of the machine's: GIT_SSL_NO_VERIFY, proxies with passwords, tracing that prints headers.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal) || k.StartsWith("SSH_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        start.Environment["HOME"] = home;
        start.Environment["XDG_CONFIG_HOME"] = home;
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_ATTR_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_ASKPASS"] = "/bin/false";
        start.Environment["GIT_LFS_SKIP_SMUDGE"] = "1";
        start.Environment["GIT_SSH_COMMAND"] = credentials?.SshCommand ?? "/bin/false";
        start.Environment["GIT_SSH_VARIANT"] = "ssh";
        var process = new Process { StartInfo = start };
        try
        {
            process.Start();
            return process;
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            throw WorkspaceFailure.Unavailable(field, $"cannot start git: {e.Message}", "install git (and, for SSH, openssh-client) where the build runs", e);
        }
    }

    private static async Task WriteAsync(Process process, string? input, string? inputFile, CancellationToken cancellationToken)
    {
        try
        {
            if (input is not null) await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
            if (inputFile is not null)
            {
                var file = new FileStream(inputFile, FileMode.Open, FileAccess.Read);
                await using (file.ConfigureAwait(false)) await file.CopyToAsync(process.StandardInput.BaseStream, cancellationToken).ConfigureAwait(false);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading: its exit code tells why.
        }
    }

    private async Task<byte[]> AnswerAsync(Process process, CancellationToken cancellationToken)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int count; (count = await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (answer.Length + count > LargestAnswer) throw WorkspaceFailure.Unavailable(field, "the repository's list of files or branches is too long to be read");
            answer.Write(buffer, 0, count);
        }

        return answer.ToArray();
    }

    private static async Task<byte[]> CopyAsync(Process process, string path, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        await using (file.ConfigureAwait(false))
        {
            await process.StandardOutput.BaseStream.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }

        return [];
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var kept = new StringBuilder();
        var buffer = new char[4096];
        for (int count; (count = await reader.ReadAsync(buffer.AsMemory()).ConfigureAwait(false)) > 0;)
        {
            kept.Append(buffer, 0, count);
            if (kept.Length > 2 * KeptCharacters) kept.Remove(0, kept.Length - KeptCharacters);
        }

        return kept.ToString();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended.
        }
    }
}

/// <summary>What git has said.</summary>
internal sealed record GitAnswer(int ExitCode, byte[] Output, string Error)
{
    private const int Longest = 1000;

    public bool Succeeded => ExitCode == 0;

    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>Its complaint in one line. What servers send may hold anything.</summary>
    public string Complaint
    {
        get
        {
            var lines = Error.Split(['\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(l => new string([.. l.Select(c => char.IsControl(c) ? '?' : c)]));
            var text = string.Join("; ", lines);
            return text.Length > Longest ? "…" + text[^Longest..] : text;
        }
    }
}
