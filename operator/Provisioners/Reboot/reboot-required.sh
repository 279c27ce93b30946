# Tells whether the system asks for a reboot.
if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then
  tell required "/run/reboot-required is there"
elif have needs-restarting; then
  code=0
  needs-restarting -r || code=$?
  case $code in
    0) ;;
    1) tell required "needs-restarting -r says so" ;;
    *) fail $code "needs-restarting -r ended with exit code $code" "reboot in any case (reboot.when: Always), or mend it" ;;
  esac
elif have zypper; then
  code=0
  zypper needs-rebooting || code=$?
  case $code in
    0) ;;
    102) tell required "zypper needs-rebooting says so" ;;
    *) fail $code "zypper needs-rebooting ended with exit code $code" "reboot in any case (reboot.when: Always), or mend it" ;;
  esac
fi
tell done 1
