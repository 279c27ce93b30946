namespace ImageOperator.Platforms.Gcp.Machines;

/// <summary>
/// Runs the target's startup script once, and tells how it ended by a guest attribute. The guest agent runs it as root at each boot; the script itself comes from the
/// metadata server, so that it may have any first line.
/// </summary>
internal static class StartupScript
{
    /// <summary>The guest attributes' namespace.</summary>
    public const string Namespace = "imageoperator";

    /// <summary>The guest attribute: the script's exit code.</summary>
    public const string Attribute = "startup-script";

    /// <summary>The metadata key of the target's script.</summary>
    public const string MetadataKey = "imageoperator-startup-script";

    /// <summary>
    /// Asks with curl or wget, as guests have the one or the other. The script is given to the interpreter of its first line: where it lies nothing may be executable. Once it has
    /// told how it ended it is not run again; one that reboots the machine in its midst is.
    /// </summary>
    public const string Wrapper = $$"""
        #!/bin/sh
        metadata=http://metadata.google.internal/computeMetadata/v1/instance
        if command -v curl > /dev/null 2>&1; then
          ask() { curl -fsS --retry 5 -H 'Metadata-Flavor: Google' "$1"; }
          tell() { curl -fsS --retry 5 -H 'Metadata-Flavor: Google' -X PUT --data "$2" "$1"; }
        else
          ask() { wget -q -O - --tries=5 --header='Metadata-Flavor: Google' "$1"; }
          tell() { wget -q -O - --tries=5 --header='Metadata-Flavor: Google' --method=PUT --body-data="$2" "$1"; }
        fi
        if ask "$metadata/guest-attributes/{{Namespace}}/{{Attribute}}" > /dev/null 2>&1; then exit 0; fi
        script=$(mktemp)
        if ask "$metadata/attributes/{{MetadataKey}}" > "$script"; then
          interpreter=sh
          if [ "$(head -c 2 "$script")" = '#!' ]; then interpreter=$(head -n 1 "$script" | tr -d '\r' | cut -c 3-); fi
          $interpreter "$script"
          code=$?
        else
          code=127
        fi
        rm -f "$script"
        tell "$metadata/guest-attributes/{{Namespace}}/{{Attribute}}" "$code"

        """;
}
