using System.Globalization;

namespace ImageOperator.Benchmarks.Cluster;

/// <summary>The operator's resident memory, from its process: only where the node is this machine.</summary>
internal sealed class OperatorMemory(BuildCluster cluster)
{
    private const string Pods = "api/v1/namespaces/imageoperator-system/pods";

    /// <returns>Bytes; null where the process cannot be seen.</returns>
    public async Task<long?> ReadAsync(CancellationToken cancellationToken)
    {
        var list = await cluster.GetAsync(Pods, cancellationToken).ConfigureAwait(false);
        var uids = list["items"]!.AsArray().Where(p => (string?)p!["status"]?["phase"] == "Running").Select(p => (string)p!["metadata"]!["uid"]!).ToArray();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), CultureInfo.InvariantCulture, out _)))
        {
            var group = Text($"{folder}/cgroup");
            if (!uids.Any(uid => group.Contains(uid, StringComparison.Ordinal) || group.Contains(uid.Replace('-', '_'), StringComparison.Ordinal))) continue;
            if (!Text($"{folder}/cmdline").Contains("image-operator", StringComparison.Ordinal)) continue;
            var line = Text($"{folder}/status").Split('\n').FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            if (line is not null) return long.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
        }

        return null;
    }

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
