# Waits for cloud-init and tells how it ended.
if ! have cloud-init; then
  [ "$IO_MISSING" = ignore ] || fail 3 "the machine has no cloud-init" "set cloudInit.missing to Ignore where an image may be without it"
  tell status missing
  exit 0
fi
tell tool "$(cloud-init --version 2>&1 | head -n 1 | sed 's/.*cloud-init //')"
# One that was never started is waited for without end by cloud-init itself: a minute is enough, for we are logged in already.
i=0
while cloud-init status 2> /dev/null | grep -q '^status: not' && [ $i -lt 30 ]; do sleep 2; i=$((i + 1)); done
code=0
# Its dots are not for a log.
if [ $i -lt 30 ]; then cloud-init status --wait > /dev/null 2>&1 || code=$?; fi
long=$(cloud-init status --long 2>&1 || true)
status=$(printf '%s\n' "$long" | sed -n 's/^status: *//p' | head -n 1)
extended=$(printf '%s\n' "$long" | sed -n 's/^extended_status: *//p' | head -n 1)
printf '%s\n' "$long"
tell status "${extended:-$status}"
errors=
for file in /run/cloud-init/result.json /run/cloud-init/status.json; do
  [ -r $file ] || continue
  # Each list of errors, in one line; no JSON tool is there in every guest.
  errors=$(tr -d '\n' < $file | grep -oE '"(recoverable_)?errors": *[[{][^]}]*[]}]' | grep -E '[[{] *"' | sed 's/^"[a-z_]*": *//' | head -n 5 | tr '\n' ' ' || true)
  [ -z "$errors" ] || break
done
[ -z "$errors" ] || tell errors "$errors"
case $status in
  disabled | not*)
    [ "$IO_MISSING" = ignore ] || fail 3 "cloud-init did not run on the machine: $status" "it may have found no data source, or /etc/cloud/cloud-init.disabled exists; set cloudInit.missing to Ignore if that is wanted"
    exit 0
    ;;
  error*) fail 1 "cloud-init ended with errors: ${errors:-see /var/log/cloud-init.log}" "look at /var/log/cloud-init-output.log on the machine: a step of onFailure can download it" ;;
esac
if [ $code = 2 ] || case $extended in *degraded*) true ;; *) false ;; esac; then
  [ -n "$IO_DEGRADED" ] || fail 2 "cloud-init is done, with recoverable errors: ${errors:-see cloud-init status --long}" "mend them, or set cloudInit.allowDegraded: true"
  exit 0
fi
[ $code = 0 ] || fail $code "cloud-init status ended with exit code $code: $status" "look at /var/log/cloud-init.log on the machine"
