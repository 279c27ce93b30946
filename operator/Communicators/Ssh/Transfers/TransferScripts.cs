namespace ImageOperator.Communicators.Ssh.Transfers;

/// <summary>What runs on the machine: POSIX shell with the tools that busybox has too. Arguments carry paths, never content.</summary>
internal static class TransferScripts
{
    /// <summary>A path there is a folder.</summary>
    public const int IsFolder = 65;

    /// <summary>Fewer bytes came than were announced.</summary>
    public const int CutShort = 66;

    /// <summary>There is no tar.</summary>
    public const int NoTar = 69;

    /// <summary>Neither file nor folder.</summary>
    public const int NotFound = 67;

    /// <summary>
    /// Arguments: destination, size, mode or "", owner or "", the name to write it under until it is whole, "sparse" or "".
    /// A sparse file comes in pieces: a line with the first block and the number of blocks of 64 KiB, then the blocks.
    /// </summary>
    public const string ReceiveFile = """
        set -e
        umask 022
        path=$1
        if [ -d "$path" ]; then echo "$path is a folder" >&2; exit 65; fi
        folder=${path%/*}/
        mkdir -p "$folder"
        part=$folder$5
        trap 'rm -f "$part"' EXIT
        trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM; trap 'exit 141' PIPE
        umask 077
        if [ -z "$6" ]; then
          cat > "$part"
        else
          : > "$part"
          while read -r first count; do
            said=$(dd of="$part" bs=65536 seek="$first" count="$count" iflag=fullblock conv=notrunc 2>&1) || { echo "$said" >&2; exit 1; }
          done
          said=$(dd of="$part" bs=1 seek="$2" count=0 2>&1) || { echo "$said" >&2; exit 1; }
        fi
        if [ "$(wc -c < "$part")" -ne "$2" ]; then echo "$path was cut short" >&2; exit 66; fi
        [ -z "$4" ] || chown "$4" "$part"
        [ -z "$3" ] || chmod "$3" "$part"
        mv -f "$part" "$path"
        trap - EXIT
        """;

    /// <summary>
    /// Arguments: destination, "root" where the owner in the stream is to be kept. GNU tar would replace a link to a folder
    /// by a folder, and give folders that exist the mode of the stream's: uploading to / must not do that.
    /// </summary>
    public const string ReceiveFolder = """
        set -e
        umask 022
        command -v tar >/dev/null 2>&1 || exit 69
        mkdir -p "$1"
        options=
        if tar --version 2>/dev/null | grep -q 'GNU tar'; then options='--keep-directory-symlink --no-overwrite-dir --warning=no-timestamp'; fi
        if [ "$2" != root ]; then options="$options -o"; fi
        exec tar -x -p $options -f - -C "$1"
        """;

    /// <summary>Arguments: owner or "", group or "". Prints their numbers.</summary>
    public const string ResolveOwner = """
        uid=0 gid=0
        if [ -n "$1" ]; then uid=$(id -u "$1") || exit 67; fi
        if [ -n "$2" ]; then
          gid=
          while IFS=: read -r name secret number rest; do
            if [ "$name" = "$2" ] || [ "$number" = "$2" ]; then gid=$number; fi
          done < /etc/group
          if [ -z "$gid" ]; then gid=$(getent group "$2" | cut -d: -f3); fi
          if [ -z "$gid" ]; then echo "no group $2" >&2; exit 67; fi
        fi
        echo "$uid $gid"
        """;

    /// <summary>Argument: source. First a line: "file MODE SIZE" or "folder"; then the bytes, or a tar stream of the folder's content.</summary>
    public const string Send = """
        if [ -d "$1" ]; then
          cd "$1" || exit 1
          command -v tar >/dev/null 2>&1 || exit 69
          echo folder
          exec tar -c -f - .
        fi
        if [ ! -e "$1" ]; then echo "there is no $1" >&2; exit 67; fi
        if [ ! -f "$1" ]; then echo "$1 is neither a file nor a folder" >&2; exit 67; fi
        exec 3< "$1" || exit 1
        echo "file $(stat -L -c %a "$1" 2>/dev/null || echo 644)"
        exec cat <&3
        """;
}
