using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Communicators.Ssh.Commands;
using ImageOperator.Communicators.Ssh.Connecting;

namespace ImageOperator.Communicators.Ssh.Guests;

/// <summary>Looks for what commonly makes steps fail in a guest. Asked for after a failure: it costs a dozen processes.</summary>
internal sealed class Examination(SessionLine line)
{
    /// <summary>Further off than this, certificates and signatures of package lists begin to be "not yet valid".</summary>
    public static readonly TimeSpan MostClockError = TimeSpan.FromMinutes(5);

    private const long LeastFreeKiB = 1024;

    /// <summary>Arguments: folders that were written to.</summary>
    private const string Script = """
        echo "clock $(date +%s)"
        if [ "$(id -u)" != 0 ] && command -v sudo >/dev/null 2>&1; then
          if said=$(sudo -n true 2>&1); then echo "sudo ok"; else echo "sudo asks $said"; fi
        fi
        for folder in / /tmp /var "$HOME" "$@"; do
          while [ ! -d "$folder" ]; do case $folder in */*) folder=${folder%/*}; [ -n "$folder" ] || folder=/ ;; *) folder=/ ;; esac; done
          df -Pk "$folder" 2>/dev/null | while read -r device size used free percent place; do [ "$device" = Filesystem ] || echo "disk $size $free $place"; done
          df -Pi "$folder" 2>/dev/null | while read -r device size used free percent place; do [ "$device" = Filesystem ] || echo "inodes $size $free $place"; done
        done
        if [ -e /run/cloud-init/result.json ]; then echo cloud-init; cat /run/cloud-init/result.json; fi
        """;

    /// <param name="folders">Folders that were written to.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    public async Task<IReadOnlyList<Diagnosis>> RunAsync(IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        if (line.Current.Hub.Broken is not null) return [];
        var before = line.Time.GetUtcNow();
        var (_, text) = await GuestScript.RunAsync(
            line.Current.Commands, Quoting.Script(Script, sudo: false, [.. folders.Distinct()]), cancellationToken).ConfigureAwait(false);
        return [.. Findings(text, before, line.Time.GetUtcNow(), line.User)];
    }

    internal static IEnumerable<Diagnosis> Findings(string text, DateTimeOffset before, DateTimeOffset after, string user)
    {
        var parts = text.Split("\ncloud-init\n", 2);
        var full = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in parts[0].Split('\n'))
        {
            var words = line.Split(' ', 4);
            switch (words[0])
            {
                case "clock" when long.TryParse(words[1], CultureInfo.InvariantCulture, out var seconds):
                    if (Clock(DateTimeOffset.FromUnixTimeSeconds(seconds), before, after) is { } wrong) yield return Found(ConnectionReason.ClockWrong, wrong, user);
                    break;
                case "sudo" when words[1] == "asks":
                    yield return Found(ConnectionReason.SudoAsks, $"sudo lets {user} do nothing without a password: {line["sudo asks ".Length..]}", user);
                    break;
                case "disk" when Number(words, 1) > 0 && Number(words, 2) < LeastFreeKiB && full.Add(words[3]):
                    yield return Found(ConnectionReason.DiskFull, $"the file system {words[3]} has {words[2]} KiB free of {words[1]}", user);
                    break;
                case "inodes" when Number(words, 1) > 0 && Number(words, 2) == 0 && full.Add(words[3]):
                    yield return Found(ConnectionReason.DiskFull, $"the file system {words[3]} has no inodes left of {words[1]}", user);
                    break;
            }
        }

        if (parts.Length > 1 && CloudInit.Errors(parts[1]) is { Count: > 0 } errors)
            yield return Found(ConnectionReason.CloudInitFailed, $"cloud-init reports: {GuestScript.Shortened(string.Join("; ", errors))}", user);
    }

    private static string? Clock(DateTimeOffset guest, DateTimeOffset before, DateTimeOffset after)
    {
        var late = before - guest;
        var early = guest - after;
        var error = late > early ? late : early;
        return error > MostClockError ? $"the guest's clock is {Text(error)} {(late > early ? "behind" : "ahead")}: it says {guest:u}" : null;
    }

    private static string Text(TimeSpan span) => span.TotalDays >= 2 ? $"{span.TotalDays:0} days" : span.TotalHours >= 2 ? $"{span.TotalHours:0} hours" : $"{span.TotalMinutes:0} minutes";

    private static long Number(string[] words, int index) => words.Length == 4 && long.TryParse(words[index], CultureInfo.InvariantCulture, out var number) ? number : -1;

    private static Diagnosis Found(ConnectionReason reason, string message, string user) =>
        new() { Layer = reason.Layer(), Reason = reason, Message = message, Hint = ConnectionHints.For(reason, user) };
}
