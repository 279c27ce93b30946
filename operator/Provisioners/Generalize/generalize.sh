# Removes what makes a machine this one. Settings: IO_MACHINE_ID IO_SSH_HOST_KEYS IO_CLOUD_INIT IO_SHELL_HISTORY IO_LOGS IO_DHCP_LEASES
# IO_UDEV_RULES IO_TEMPORARY_FILES IO_RANDOM_SEED IO_BUILD_KEYS IO_PACKAGE_CACHE (1 or empty), IO_PATHS (a pattern per line).
# What is removed is looked at again: what is left is told.
root=${IO_ROOT:-}
left=
remains() { # OPTION PATH...: those that exist
  option=$1
  shift
  for path in "$@"; do
    if [ -e "$path" ] || [ -h "$path" ]; then left="$left $path"; tell left "$option $path"; fi
  done
}
# What it cannot remove is named by what looks again.
remove() { rm -rf "$@" || true; }
homes() { awk -F: '$6 ~ /^\/./ {print $6}' "$root/etc/passwd" | sort -u; }

if [ -n "$IO_CLOUD_INIT" ] && have cloud-init; then
  cloud-init clean || fail 1 "cloud-init clean failed" "its words are above; set generalize.cloudInit to false to go on without"
  remains cloudInit $root/var/lib/cloud/instance $root/var/lib/cloud/instances/*
  tell did cloudInit
fi

if [ -n "$IO_MACHINE_ID" ]; then
  # Emptied, not removed: systemd then makes a new one, also where /etc is read-only at first.
  if [ -e $root/etc/machine-id ]; then true > $root/etc/machine-id || true; fi
  remove $root/var/lib/dbus/machine-id
  if [ -d $root/var/lib/dbus ]; then ln -s /etc/machine-id $root/var/lib/dbus/machine-id; fi
  if [ -s $root/etc/machine-id ]; then left="$left /etc/machine-id"; tell left "machineId /etc/machine-id"; fi
  tell did machineId
fi

if [ -n "$IO_SSH_HOST_KEYS" ]; then
  remove $root/etc/ssh/ssh_host_*_key $root/etc/ssh/ssh_host_*_key.pub $root/etc/dropbear/dropbear_*_host_key
  remains sshHostKeys $root/etc/ssh/ssh_host_*_key $root/etc/dropbear/dropbear_*_host_key
  # Without cloud-init nothing would make new ones, and no machine of the image could be logged into.
  if ! have cloud-init && have ssh-keygen && [ -d $root/etc/systemd/system ]; then
    cat > $root/etc/systemd/system/imageoperator-ssh-host-keys.service << 'UNIT'
[Unit]
Description=Make the SSH host keys of this machine
Before=ssh.service sshd.service
ConditionPathExistsGlob=!/etc/ssh/ssh_host_*_key

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -A

[Install]
WantedBy=multi-user.target
UNIT
    mkdir -p $root/etc/systemd/system/multi-user.target.wants
    ln -sf ../imageoperator-ssh-host-keys.service $root/etc/systemd/system/multi-user.target.wants/imageoperator-ssh-host-keys.service
    tell note "no cloud-init: the unit imageoperator-ssh-host-keys makes host keys at the first boot"
  fi
  tell did sshHostKeys
fi

if [ -n "$IO_SHELL_HISTORY" ]; then
  for home in $(homes); do
    remove "$root$home"/.bash_history "$root$home"/.ash_history "$root$home"/.zsh_history "$root$home"/.sh_history "$root$home"/.python_history "$root$home"/.lesshst \
      "$root$home"/.viminfo "$root$home"/.local/share/fish/fish_history
    remains shellHistory "$root$home"/.*_history
  done
  tell did shellHistory
fi

if [ -n "$IO_BUILD_KEYS" ]; then
  for home in $(homes); do
    keys=$root$home/.ssh/authorized_keys
    [ -f "$keys" ] || continue
    if grep -q ' imageoperator$' "$keys"; then
      sed '/ imageoperator$/d' "$keys" > "$keys.new"
      cat "$keys.new" > "$keys"
      rm -f "$keys.new"
    fi
    if grep -q ' imageoperator$' "$keys"; then left="$left $keys"; tell left "buildKeys $keys"; fi
  done
  tell did buildKeys
fi

if [ -n "$IO_DHCP_LEASES" ]; then
  for folder in dhcp dhclient dhcpcd NetworkManager; do
    [ ! -d $root/var/lib/$folder ] || find $root/var/lib/$folder -type f \( -name '*.lease' -o -name '*.leases' -o -name '*.lease6' \) -exec rm -f {} + || true
    if [ -d $root/var/lib/$folder ]; then remains dhcpLeases $(find $root/var/lib/$folder -type f \( -name '*.lease' -o -name '*.leases' -o -name '*.lease6' \)); fi
  done
  remove $root/run/systemd/netif/leases/* $root/var/lib/systemd/network/*
  remains dhcpLeases $root/var/lib/systemd/network/*
  tell did dhcpLeases
fi

if [ -n "$IO_UDEV_RULES" ]; then
  remove $root/etc/udev/rules.d/70-persistent-net.rules $root/etc/udev/rules.d/75-persistent-net-generator.rules $root/etc/udev/rules.d/70-persistent-cd.rules
  remains udevRules $root/etc/udev/rules.d/*-persistent-*.rules
  tell did udevRules
fi

if [ -n "$IO_RANDOM_SEED" ]; then
  remove $root/var/lib/systemd/random-seed $root/var/lib/urandom/random-seed $root/var/lib/misc/random-seed $root/loader/random-seed
  remains randomSeed $root/var/lib/systemd/random-seed $root/var/lib/urandom/random-seed
  tell did randomSeed
fi

if [ -n "$IO_PACKAGE_CACHE" ]; then
  ! have apt-get || { apt-get -q clean; remove $root/var/lib/apt/lists/*; }
  # What they say is in the log; whether it did is looked at.
  ! have dnf || dnf -q clean all || true
  ! have zypper || zypper -q clean --all || true
  remove $root/var/cache/apk/*
  remains packageCache $root/var/cache/apt/archives/*.deb $root/var/cache/dnf/*/packages/*.rpm $root/var/cache/zypp/packages/*/*.rpm
  tell did packageCache
fi

printf '%s\n' "$IO_PATHS" | while IFS= read -r pattern; do
  [ -n "$pattern" ] || continue
  # The pattern is the shell's.
  for path in $pattern; do
    remove "$path"
    if [ -e "$path" ]; then tell left "paths $path"; fi
  done
done
[ -z "$IO_PATHS" ] || tell did paths

if [ -n "$IO_TEMPORARY_FILES" ]; then
  # Not the folder that this script runs in, nor the sockets of what runs.
  find $root/tmp $root/var/tmp -mindepth 1 -maxdepth 1 ! -name 'imageoperator.*' ! -name 'systemd-private-*' ! -name '.X*' -exec rm -rf {} + || true
  remains temporaryFiles $(find $root/tmp $root/var/tmp -mindepth 1 -maxdepth 1 ! -name 'imageoperator.*' ! -name 'systemd-private-*' ! -name '.X*')
  tell did temporaryFiles
fi

# Last: what came before is logged, too.
if [ -n "$IO_LOGS" ]; then
  # Only closes the files, which are removed whatever it says.
  if have journalctl; then journalctl -q --rotate > /dev/null 2>&1 || true; journalctl -q --vacuum-time=1s > /dev/null 2>&1 || true; fi
  remove $root/var/log/journal/*/*
  find $root/var/log -type f \( -name '*.gz' -o -name '*.xz' -o -name '*.zst' -o -name '*.old' -o -name '*.[0-9]' -o -name '*-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]' \) -exec rm -f {} + || true
  find $root/var/log -type f ! -path '*/journal/*' -exec sh -c 'for file; do true > "$file" || true; done' sh {} +
  for file in $(find $root/var/log -type f -size +0 ! -path '*/journal/*' ! -name 'auth.log' ! -name 'syslog' ! -name 'secure' ! -name 'messages'); do tell left "logs $file"; done
  tell did logs
fi
tell done 1
