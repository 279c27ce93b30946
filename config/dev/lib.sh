# Sourced by every script of config/dev: where the caches are, and how to install, lock, time and fail.
# shellcheck shell=bash
set -euo pipefail

CACHE=${IMAGEOPERATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imageoperator}
PROGRAM=$(basename "$0" .sh)

say() { echo "$PROGRAM: $*"; }
die() { echo "$PROGRAM: error: $*" >&2; exit 1; }

# started NAME ... finished: how long a step took.
started() { STEP_START=$(date +%s.%N); }
finished() { say "$(printf '%6.1f s  %s' "$(awk -v a="$(date +%s.%N)" -v b="$STEP_START" 'BEGIN{print a-b}')" "$*")"; }
cached() { say "  cached  $*"; }

require_root() {
  [ "$(id -u)" = 0 ] || die "needs root (it makes namespaces, mounts or installs packages); run it with sudo or as root"
}

require_tools() {
  local tool
  for tool in "$@"; do
    command -v "$tool" > /dev/null || die "'$tool' is missing; install the Debian package that has it (apt-cache search $tool)"
  done
}

# require_space FOLDER MEGABYTES WHAT
require_space() {
  local free
  mkdir -p "$1"
  free=$(df -Pm "$1" | awk 'NR == 2 {print $4}')
  [ "$free" -ge "$2" ] || die "$3 needs $2 MB free in $1, there are $free MB; free some, or set IMAGEOPERATOR_CACHE to a folder on a larger disk"
}

# lock NAME: one run at a time; waits. The lock is file descriptor 9: start daemons with 9>&-.
lock() {
  mkdir -p "$CACHE/locks"
  exec 9> "$CACHE/locks/$1"
  flock -n 9 || { say "waiting for another run ($CACHE/locks/$1)"; flock 9; }
}

# install_packages PACKAGE...: those that are not there yet.
install_packages() {
  local package missing=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2> /dev/null)" = "ii " ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  require_root
  started
  apt-cache show "${missing[0]}" > /dev/null 2>&1 || apt-get -qq update
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "${missing[@]}" > "$CACHE/apt.log" 2>&1 ||
    die "apt-get install ${missing[*]} failed: $(tail -n 5 "$CACHE/apt.log")"
  finished "installed ${missing[*]}"
}

# The mirrors that this machine's apt uses; nothing else is ever downloaded from.
debian_mirror() {
  local site
  site=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' | awk '$2 == "bookworm" {print $1; exit}')
  [ -n "$site" ] || die "apt has no source for Debian bookworm; add one to /etc/apt/sources.list and run apt-get update"
  echo "$site"
}
security_mirror() {
  local site
  site=$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' | awk '$2 == "bookworm-security" {print $1; exit}')
  [ -n "$site" ] || die "apt has no source for bookworm-security; add one to /etc/apt/sources.list and run apt-get update"
  echo "$site"
}

# up_to_date FOLDER STAMP: what is in FOLDER was made from the same inputs.
up_to_date() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

port_free() { ! (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
require_port() {
  port_free "$1" || die "port $1 is in use on this machine; set $2 to a free port and try again (who has it: ss -ltnp 'sport = :$1')"
}

# A process is known by its id, its start time and the boot it belongs to, so a recycled id is never mistaken for it.
start_time() { awk '{sub(/^.*\) /, ""); if ($1 != "Z") print $20}' "/proc/$1/stat" 2> /dev/null; }
record_process() { echo "$2 $(start_time "$2") $(cat /proc/sys/kernel/random/boot_id)" > "$1"; }
process_alive() {
  local pid start boot
  { read -r pid start boot < "$1"; } 2> /dev/null || return 1
  [ -n "$start" ] && [ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] && [ "$(start_time "$pid")" = "$start" ] || return 1
  echo "$pid"
}
# end_process PIDFILE SIGNAL: and wait until it is gone.
end_process() {
  local pid i
  pid=$(process_alive "$1") || return 0
  kill "-$2" "$pid" 2> /dev/null || true
  for i in $(seq 200); do
    process_alive "$1" > /dev/null || return 0
    sleep 0.05
  done
  die "process $pid does not end"
}

# use_kubectl: the kubectl of our own cluster for our own cluster, the machine's for others.
use_kubectl() {
  if [ "$("$(dirname "${BASH_SOURCE[0]}")/cluster/cluster.sh" kind)" = debian ]; then
    PATH=$CACHE/k8s/bin:$PATH
  else
    require_tools kubectl
  fi
}

# image_volume NAMESPACE FOLDER: a claim "images" in the namespace on a folder of this machine, as YAML.
image_volume() {
  cat << YAML
apiVersion: v1
kind: PersistentVolume
metadata: {name: $1-images}
spec:
  capacity: {storage: 20Gi}
  accessModes: [ReadWriteMany]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: ""
  hostPath: {path: $2, type: Directory}
  claimRef: {namespace: $1, name: images}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: images, namespace: $1}
spec:
  accessModes: [ReadWriteMany]
  storageClassName: ""
  volumeName: $1-images
  resources: {requests: {storage: 20Gi}}
YAML
}
