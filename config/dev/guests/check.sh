#!/bin/bash
# check.sh [GUEST...] - boots guest images (default: tiny lean) under emulation and proves what the tests rely on:
# login with the seed's key and pinned host key, sudo, power button, poweroff, and that a new seed replaces all keys.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

GUESTS=$CACHE/guests
install_packages qemu-system-x86 qemu-utils xorriso openssh-client socat
WORK=$(mktemp -d)
QEMU=
trap '[ -z "$QEMU" ] || kill -KILL "$QEMU" 2> /dev/null || true; rm -rf "$WORK"' EXIT

now() { date +%s.%N; }
since() { awk -v a="$(now)" -v b="$1" 'BEGIN {printf "%.1f s", a - b}'; }
free_port() {
  local port
  for port in $(seq 22100 22199); do
    if port_free "$port"; then echo "$port"; return; fi
  done
  die "no free port between 22100 and 22199"
}

# make_seed NAME INSTANCE USER: client key NAME, host key NAME.host
make_seed() {
  local folder=$WORK/$1.seed
  mkdir "$folder"
  ssh-keygen -q -t ed25519 -N '' -C client -f "$WORK/$1"
  ssh-keygen -q -t ed25519 -N '' -C host -f "$WORK/$1.host"
  cat > "$folder/user-data" <<YAML
#cloud-config
ssh_deletekeys: true
ssh_genkeytypes: []
ssh_keys:
  ed25519_private: |
$(sed 's/^/    /' "$WORK/$1.host")
  ed25519_public: "$(cat "$WORK/$1.host.pub")"
users:
  - name: $3
    sudo: "ALL=(ALL) NOPASSWD:ALL"
    shell: /bin/sh
    lock_passwd: true
    ssh_authorized_keys:
      - "$(cat "$WORK/$1.pub")"
YAML
  printf 'instance-id: %s\nlocal-hostname: %s\n' "$2" "$2" > "$folder/meta-data"
  xorriso -as mkisofs -quiet -V cidata -J -R -o "$WORK/$1.iso" "$folder" 2> /dev/null
}

# boot DISK SEED MACHINE FIRMWARE
boot() {
  local firmware=()
  PORT=$(free_port)
  : > "$WORK/serial"
  [ "$4" != uefi ] || firmware=(-drive "if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd" -drive "if=pflash,format=raw,file=$WORK/OVMF_VARS.fd")
  BOOTED=$(now)
  qemu-system-x86_64 -accel tcg -cpu qemu64,-svm,+rdrand -machine "$3" -smp 1 -m 512 -display none -nodefaults "${firmware[@]}" \
    -drive "file=$1,if=none,id=root,format=qcow2" -device virtio-blk-pci,drive=root,bootindex=1 \
    -drive "file=$2,if=none,id=seed,format=raw,readonly=on" -device virtio-blk-pci,drive=seed \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$PORT-:22" -device virtio-net-pci,netdev=net,romfile= \
    -serial "file:$WORK/serial" -qmp "unix:$WORK/qmp,server=on,wait=off" > "$WORK/qemu.log" 2>&1 &
  QEMU=$!
}
wait_ready() {
  local i
  for i in $(seq 900); do
    ! grep -aq '^READY' "$WORK/serial" || return 0
    kill -0 "$QEMU" 2> /dev/null || die "QEMU ended: $(cat "$WORK/qemu.log"; tail -n 5 "$WORK/serial")"
    sleep 0.1
  done
  die "no READY on the console: $(tail -n 20 "$WORK/serial")"
}
# login CLIENT_KEY HOST_KEY USER COMMAND
login() {
  echo "guest $(cut -d' ' -f1,2 "$WORK/$2.host.pub")" > "$WORK/known_hosts"
  ssh -F none -p "$PORT" -i "$WORK/$1" -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o LogLevel=ERROR \
    -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$WORK/known_hosts" -o GlobalKnownHostsFile=none -o HostKeyAlias=guest \
    -o ConnectTimeout=30 "$3@127.0.0.1" "$4"
}
# Asked for one kind at a time: Debian's dropbear ends a connection that asks for RSA when it has no RSA key.
host_keys() {
  ssh-keyscan -t ed25519 -p "$PORT" 127.0.0.1 2> /dev/null | awk '{print $3}'
  ssh-keyscan -t ecdsa -p "$PORT" 127.0.0.1 2> /dev/null | awk '{print $3}'
  ssh-keyscan -t rsa -p "$PORT" 127.0.0.1 2> /dev/null | awk '{print $3}'
}
expect() { [ "$2" = "$3" ] || die "$1: wanted '$3', got '$2'; console: $(tail -n 20 "$WORK/serial")"; }
wait_off() {
  local i start
  start=$(now)
  for i in $(seq 300); do
    if ! kill -0 "$QEMU" 2> /dev/null; then OFF=$(since "$start"); wait "$QEMU" || true; QEMU=; return; fi
    sleep 0.1
  done
  die "the guest does not switch off after $1: $(tail -n 20 "$WORK/serial")"
}
power_button() {
  printf '{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown"}\n' | socat -t1 - "UNIX-CONNECT:$WORK/qmp" > /dev/null
}

check() {
  local guest=$1 machine=$2 firmware=$3 disk=$WORK/$1-$2.qcow2 ready first second button
  qemu-img create -q -f qcow2 -F qcow2 -b "$GUESTS/$guest.qcow2" "$disk"
  cp /usr/share/OVMF/OVMF_VARS.fd "$WORK/OVMF_VARS.fd" 2> /dev/null || true

  boot "$disk" "$WORK/one.iso" "$machine" "$firmware"
  wait_ready
  ready=$(since "$BOOTED")
  expect "user" "$(login one one builder 'echo $HOME; sudo -n id -u; hostname')" $'/home/builder\n0\nfirst'
  first=$(since "$BOOTED")
  expect "host keys" "$(host_keys)" "$(cut -d' ' -f2 "$WORK/one.host.pub")"
  login one one builder 'echo kept > kept; sync'
  power_button
  wait_off "the power button"
  button=$OFF

  # The same instance again: nothing is redone, everything is kept.
  boot "$disk" "$WORK/one.iso" "$machine" "$firmware"
  wait_ready
  expect "kept file" "$(login one one builder 'cat kept')" kept
  login one one builder 'sudo poweroff' 2> /dev/null || true
  wait_off poweroff

  # A new instance of the same disk: only the new keys count.
  boot "$disk" "$WORK/two.iso" "$machine" "$firmware"
  wait_ready
  expect "second instance" "$(login two two tester 'sudo -n id -u; hostname')" $'0\nsecond'
  second=$(since "$BOOTED")
  expect "host keys of the second instance" "$(host_keys)" "$(cut -d' ' -f2 "$WORK/two.host.pub")"
  ! login one two builder true 2> /dev/null || die "the first instance's key still opens the second one"
  ! login two one tester true 2> /dev/null || die "the first instance's host key is still offered"
  login two two tester 'sudo poweroff' 2> /dev/null || true
  wait_off poweroff
  say "$guest, $machine, $firmware: READY after $ready, first login done after $first, new instance $second; power button $button, poweroff $OFF"
}

make_seed one first builder
make_seed two second tester
[ $# -gt 0 ] || set -- tiny lean
for guest in "$@"; do
  [ -f "$GUESTS/$guest.qcow2" ] || die "no $GUESTS/$guest.qcow2; make it with guests.sh $guest"
  case $guest in
    tiny-uefi) check "$guest" q35 uefi ;;
    broken-ssh)
      qemu-img create -q -f qcow2 -F qcow2 -b "$GUESTS/$guest.qcow2" "$WORK/broken.qcow2"
      boot "$WORK/broken.qcow2" "$WORK/one.iso" q35 bios
      for i in $(seq 200); do
        ! grep -aq '^SSH is off' "$WORK/serial" || break
        sleep 0.1
      done
      grep -aq '^SSH is off' "$WORK/serial" || die "broken-ssh does not boot: $(tail -n 20 "$WORK/serial")"
      ! grep -aq '^READY' "$WORK/serial" || die "broken-ssh says READY"
      sleep 1
      power_button
      wait_off "the power button"
      say "$guest: boots, no SSH; power button $OFF" ;;
    *)
      check "$guest" q35 bios
      check "$guest" pc bios ;;
  esac
done
