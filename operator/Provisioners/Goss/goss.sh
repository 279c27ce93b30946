# Validates a gossfile. Settings: IO_FOLDER IO_GOSS (a path) IO_FILE IO_VARS (a path or empty) IO_RETRY IO_SLEEP
cd "$IO_FOLDER/files"
tell version "$("$IO_GOSS" --version 2>&1 | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)"
set -- --gossfile "$IO_FILE"
[ -z "$IO_VARS" ] || set -- "$@" --vars "$IO_VARS"
code=0
"$IO_GOSS" "$@" validate --no-color --format json --retry-timeout "$IO_RETRY" --sleep "$IO_SLEEP" > "$IO_FOLDER/goss.raw" 2> "$IO_FOLDER/goss.err" || code=$?
# With retries each round is a document: the last counts.
awk '/^\{/ {doc = ""} {doc = doc $0 "\n"} END {printf "%s", doc}' "$IO_FOLDER/goss.raw" > "$IO_FOLDER/goss.json"
cat "$IO_FOLDER/goss.err" >&2
chmod 644 "$IO_FOLDER/goss.json"
grep -q '"summary"' "$IO_FOLDER/goss.json" || fail 1 "goss could not validate: $(tail -n 1 "$IO_FOLDER/goss.err")$(head -c 300 "$IO_FOLDER/goss.raw")" "is the gossfile right? try goss --gossfile FILE render"
tell code "$code"
