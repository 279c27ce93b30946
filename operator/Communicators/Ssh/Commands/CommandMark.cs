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
    /// Asks all to end, kills after four seconds what is left, and waits until it is gone: on a busy machine a killed
    /// process still runs for a moment, and may just have started another. Busybox's tools do; but its grep sees nothing behind
    /// a null byte, so that there each process costs a cat.
    /// </summary>
    public const string KillCommand = """
        exec sh -c '
        read -r mark
        find_marked() {
          cd /proc
          if grep --version | grep -q GNU; then
            echo "$mark" | grep -lsF -f - [0-9]*/cmdline [0-9]*/environ
            return
          fi
          for pid in [0-9]*; do
            line=
            read -r line < $pid/cmdline
            [ -n "$line" ] || continue
            case $(cat $pid/cmdline $pid/environ) in *"$mark"*) echo $pid/ ;; esac
          done
        }
        find_pids() {
          pids=
          for file in $(find_marked); do
            case " $pids " in *" ${file%%/*} "*) ;; *) pids="$pids ${file%%/*}" ;; esac
          done
          more=$pids
          while [ -n "$more" ]; do
            more=
            for stat in /proc/[0-9]*/stat; do
              read -r line < "$stat" || continue
              pid=${line%% *}
              rest=${line##*) }
              case " $pids " in *" $pid "*) continue ;; esac
              rest=${rest#? }
              case " $pids " in *" ${rest%% *} "*) pids="$pids $pid"; more=1 ;; esac
            done
          done
        }
        send() { kill "$1" $pids || { sudo -n true && sudo -n kill "$1" $pids; }; }
        any_left() {
          for pid in $pids; do
            read -r line < /proc/$pid/stat && case ${line##*) } in [ZX]*) ;; *) return 0 ;; esac
          done
          return 1
        }
        { find_pids
          [ -n "$pids" ] || exit 0
          send -TERM
          for wait in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            any_left || break
            sleep 0.2 || sleep 1
          done
          for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            find_pids
            any_left || exit 0
            send -KILL
            sleep 0.2 || sleep 1
          done
        } 2>/dev/null
        '
        """;

    /// <summary>The command line with the mark.</summary>
    public string Apply(string commandLine) => $"export IMAGEOPERATOR_COMMAND={_id}; {commandLine}";
}
