# Settings: IO_FOLDER IO_MANIFEST (a path; empty: against a server) IO_MODULES IO_HIERA IO_ENVIRONMENT IO_NOOP IO_ARGUMENTS (one a line)
# IO_SERVER IO_CERTNAME IO_WAIT IO_CERT IO_KEY IO_CA (PEM) IO_KEEP; FACTER_* are facts.
PATH=$PATH:/opt/puppetlabs/bin:/usr/local/bin
ssl=$IO_FOLDER/ssl
[ -z "$IO_KEEP" ] || ssl=$(puppet config print ssldir)
set -- --detailed-exitcodes --color false --lastrunfile "$IO_FOLDER/summary.yaml" --lastrunreport "$IO_FOLDER/report.yaml"
[ -z "$IO_ENVIRONMENT" ] || set -- "$@" --environment "$IO_ENVIRONMENT"
[ -z "$IO_NOOP" ] || set -- "$@" --noop
while IFS= read -r argument; do
  [ -z "$argument" ] || set -- "$@" "$argument"
done << ARGUMENTS
$IO_ARGUMENTS
ARGUMENTS
code=0
if [ -n "$IO_MANIFEST" ]; then
  [ -z "$IO_MODULES" ] || set -- "$@" --modulepath "$IO_MODULES"
  [ -z "$IO_HIERA" ] || set -- "$@" --hiera_config "$IO_HIERA"
  # An environment of the workspace has no folder among the machine's.
  if [ -n "$IO_ENVIRONMENT" ]; then
    mkdir -p "$IO_FOLDER/environments/$IO_ENVIRONMENT"
    set -- "$@" --environmentpath "$IO_FOLDER/environments"
  fi
  puppet apply "$@" "$IO_MANIFEST" || code=$?
else
  name=$IO_CERTNAME
  [ -n "$name" ] || name=$(hostname -f 2> /dev/null || hostname)
  mkdir -p "$ssl/certs" "$ssl/private_keys"
  chmod 700 "$ssl/private_keys"
  [ -z "$IO_CA" ] || printf '%s\n' "$IO_CA" > "$ssl/certs/ca.pem"
  if [ -n "$IO_CERT" ]; then
    printf '%s\n' "$IO_CERT" > "$ssl/certs/$name.pem"
    (umask 077 && printf '%s\n' "$IO_KEY" > "$ssl/private_keys/$name.pem")
  fi
  unset IO_KEY
  # The agent becomes the user puppet for nothing here; root reads its own files.
  puppet agent --onetime --no-daemonize --verbose --no-usecacheonfailure --no-splay --server "$IO_SERVER" --certname "$name" --waitforcert "$IO_WAIT" --ssldir "$ssl" "$@" || code=$?
fi
number() { sed -n "/^resources:/,/^[a-z]/s/^ *$1: *\([0-9]*\).*/\1/p" "$IO_FOLDER/summary.yaml" 2> /dev/null | head -n 1; }
for key in total changed failed skipped out_of_sync; do tell $key "$(number $key)"; done
# 0: nothing to do, 2: changes, 4: failures, 6: both, 1: no run at all.
tell code $code
