namespace ImageOperator.Cli.Completion;

/// <summary>The scripts. Where imagectl has no word to suggest, the shell suggests files.</summary>
internal static class Scripts
{
    public const string Bash = """
        # bash completion of imagectl: source <(imagectl completion bash)
        _imagectl() {
            local current="${COMP_WORDS[COMP_CWORD]}" words
            words="$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)"
            mapfile -t COMPREPLY < <(compgen -W "${words}" -- "${current}")
        }
        complete -o default -F _imagectl imagectl kubectl-image

        """;

    public const string Zsh = """
        #compdef imagectl kubectl-image
        # zsh completion of imagectl: put it into a folder of $fpath as _imagectl, or source it
        _imagectl() {
            local -a words_found
            words_found=("${(@f)$("${words[1]}" "[suggest:${#BUFFER[1,CURSOR]}]" "${BUFFER}" 2>/dev/null)}")
            if [[ -n "${words_found[1]}" ]]; then
                compadd -- "${words_found[@]}"
            fi
            _files
        }
        if [[ "${funcstack[1]}" == "_imagectl" ]]; then
            _imagectl "$@"
        else
            compdef _imagectl imagectl kubectl-image
        fi

        """;

    public const string Fish = """
        # fish completion of imagectl: imagectl completion fish | source
        function __imagectl_complete
            set -l line (commandline -cp)
            imagectl "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c imagectl -a '(__imagectl_complete)'

        """;
}
