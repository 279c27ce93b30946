# Settings: IO_FOLDER IO_STATES (with commas; empty: highstate) IO_TEST (1 or empty) IO_MINION (a path or empty) IO_PILLAR (1: there is a pillar)
PATH=$PATH:/opt/saltstack/salt:/usr/local/bin
# For what is written here; salt makes files by the login's own.
mask=$(umask)
umask 077
mkdir -p "$IO_FOLDER/config"
{
  [ -z "$IO_MINION" ] || cat "$IO_MINION"
  # The last of two settings of a name counts.
  cat << CONFIG

file_client: local
root_dir: /
cachedir: $IO_FOLDER/cache
pki_dir: $IO_FOLDER/pki
sock_dir: $IO_FOLDER/sock
log_file: $IO_FOLDER/minion.log
file_roots: {base: [$IO_FOLDER/states]}
CONFIG
  [ -z "$IO_PILLAR" ] || echo "pillar_roots: {base: [$IO_FOLDER/pillar]}"
} > "$IO_FOLDER/config/minion"
set -- --local --config-dir "$IO_FOLDER/config" --retcode-passthrough --no-color --out json --out-file "$IO_FOLDER/salt.json" --log-level warning state.apply
[ -z "$IO_STATES" ] || set -- "$@" "$IO_STATES"
[ -z "$IO_TEST" ] || set -- "$@" test=True
umask "$mask"
code=0
salt-call "$@" || code=$?
[ -s "$IO_FOLDER/salt.json" ] || fail $((code > 0 ? code : 1)) "salt-call told no result: exit code $code" "its words are in logTail"
chmod 644 "$IO_FOLDER/salt.json"
tell code $code
