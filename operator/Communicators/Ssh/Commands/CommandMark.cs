namespace ImageOperator.Communicators.Ssh.Commands;

/// <summary>
/// Marks a command's processes so that they can be found and killed: its shell has the mark in its command line, all that
/// it starts have it in their environment, and what dropped it (sudo) is found as their descendant.
/// </summary>
internal sealed class CommandMark
{
    private readonly string _id = Guid.NewGuid().ToString("N");

    /// <summary>The mark, for the killer's standard input: in its command line it would find itself.</summary>
    public ReadOnlyMemory<byte> Input => System.Text.Encoding.ASCII.GetBytes(_id + "\n");

    /// <summary>
    /// Asks all to end, and kills after two seconds what is left. Needs only a POSIX shell, cat, kill and sleep: busybox has them.
    /// </summary>
    public const string KillCommand = """
        exec sh -c '
        read -r mark
        find_pids() {
          { pids=
          for dir in /proc/[0-9]*; do
            case $(cat "$dir/cmdline" "$dir/environ") in *"$mark"*) pids="$pids ${dir#/proc/}" ;; esac
          done
          more=1
          while [ -n "$more" ]; do
            more=
            for stat in /proc/[0-9]*/stat; do
              read -r line < "$stat" || continue
              pid=${line%% *}
              rest=${line##*) }
              case $rest in Z*) continue ;; esac
              rest=${rest#? }
              case " $pids " in *" $pid "*) continue ;; esac
              case " $pids " in *" ${rest%% *} "*) pids="$pids $pid"; more=1 ;; esac
            done
          done; } 2>/dev/null
        }
        send() { kill "$1" $pids 2>/dev/null || { sudo -n true && sudo -n kill "$1" $pids; } 2>/dev/null; }
        find_pids
        [ -n "$pids" ] || exit 0
        send -TERM
        for wait in 1 2 3 4 5 6 7 8 9 10; do
          sleep 0.2 2>/dev/null || sleep 1
          find_pids
          [ -n "$pids" ] || exit 0
        done
        send -KILL
        '
        """;

    /// <summary>The command line with the mark.</summary>
    public string Apply(string commandLine) => $"export IMAGEOPERATOR_COMMAND={_id}; {commandLine}";
}
