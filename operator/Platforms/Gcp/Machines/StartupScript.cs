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

    public const string Wrapper = $$"""
        #!/bin/sh
        metadata=http://metadata.google.internal/computeMetadata/v1/instance
        ask() { curl -fsS --retry 5 -H 'Metadata-Flavor: Google' "$@"; }
        if ask "$metadata/guest-attributes/{{Namespace}}/{{Attribute}}" > /dev/null 2>&1; then exit 0; fi
        script=$(mktemp)
        if ask "$metadata/attributes/{{MetadataKey}}" > "$script"; then
          chmod 700 "$script"
          if [ "$(head -c 2 "$script")" = '#!' ]; then "$script"; else sh "$script"; fi
          code=$?
        else
          code=127
        fi
        rm -f "$script"
        ask -X PUT --data "$code" "$metadata/guest-attributes/{{Namespace}}/{{Attribute}}"

        """;
}
