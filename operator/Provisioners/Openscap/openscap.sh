# Evaluates a profile. Settings: IO_FOLDER IO_CONTENT IO_PROFILE IO_TAILORING (a path or empty) IO_REMEDIATE IO_FETCH (1 or empty)
[ -r "$IO_CONTENT" ] || fail 3 "the content $IO_CONTENT is not on the machine" "install it (ssg-debian, scap-security-guide) or bring it by contentFile"
set -- --profile "$IO_PROFILE" --results "$IO_FOLDER/results.xml" --report "$IO_FOLDER/report.html"
[ -z "$IO_TAILORING" ] || set -- "$@" --tailoring-file "$IO_TAILORING"
[ -z "$IO_REMEDIATE" ] || set -- "$@" --remediate
[ -z "$IO_FETCH" ] || set -- "$@" --fetch-remote-resources
code=0
oscap xccdf eval "$@" "$IO_CONTENT" > "$IO_FOLDER/out" 2> "$IO_FOLDER/err" || code=$?
cat "$IO_FOLDER/err" >&2
# 0: all pass, 2: some do not, 1: it could not evaluate.
case $code in
  0 | 2) ;;
  *) fail $code "oscap could not evaluate: $(grep -v '^ *$' "$IO_FOLDER/err" | tail -n 1)" "do content and profile fit? oscap info CONTENT lists the profiles" ;;
esac
chmod 644 "$IO_FOLDER/results.xml" "$IO_FOLDER/report.html"
tell code "$code"
