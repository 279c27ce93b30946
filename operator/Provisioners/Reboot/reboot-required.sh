# Tells whether the system asks for a reboot.
if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then
  tell required "/run/reboot-required is there"
elif have needs-restarting; then
  needs-restarting -r > /dev/null 2>&1 || tell required "needs-restarting -r says so"
elif have zypper; then
  zypper needs-rebooting > /dev/null 2>&1 || tell required "zypper needs-rebooting says so"
fi
tell done 1
