#!/bin/bash
# toolbox.sh - makes (once) the root file system that provisioners are tested in, and prints its folder.
#
# Debian bookworm with an SSH server and every tool of a provisioner that Debian packages; goss is trixie's. It is no virtual machine:
# the tests run its sshd in namespaces of their own, on an overlay, so that each starts from the same state.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

HERE=$(dirname "$(readlink -f "$0")")
ROOT=$CACHE/guests/toolbox
PACKAGES=openssh-server,sudo,python3,python3-apt,iproute2,procps,psmisc,gnupg,apt-utils,ca-certificates,busybox-static
PACKAGES=$PACKAGES,ansible-core,puppet-agent,lynis,openscap-scanner,ssg-debian,cloud-init,dnf,zypper,rpm,createrepo-c

goss() {
  local file
  mkdir -p "$CACHE/debs"
  file=$(curl -fsS "$(debian_mirror)/dists/trixie/main/binary-amd64/Packages.xz" | xz -dc |
    awk '/^Package: / {p = $2} /^Filename: / && p == "goss" {print $2}')
  [ -n "$file" ] || die "Debian trixie has no goss"
  [ -f "$CACHE/debs/$(basename "$file")" ] || curl -fsS -o "$CACHE/debs/$(basename "$file")" "$(debian_mirror)/$file"
  dpkg -x "$CACHE/debs/$(basename "$file")" "$1/opt/goss"
}

lock toolbox
stamp="$PACKAGES $(cat "$HERE/toolbox.sh" "$HERE/../rootfs.sh" | sha256sum | cut -c1-64)"
if [ -d "$ROOT" ] && up_to_date "$ROOT.stamp" "$stamp"; then
  echo "$ROOT"
  exit
fi
{
  require_root
  require_space "$CACHE/guests" 3000 "making the root of the provisioners' tests"
  install_packages mmdebstrap curl xz-utils
  started
  rm -rf --one-file-system "$ROOT" "$ROOT.partial" "$ROOT.stamp"
  "$HERE/../rootfs.sh" "$ROOT.partial" "$PACKAGES" > "$CACHE/guests/toolbox.log" 2>&1 || die "mmdebstrap failed: $(tail -n 5 "$CACHE/guests/toolbox.log")"
  goss "$ROOT.partial"
  mv "$ROOT.partial" "$ROOT"
  echo "$stamp" > "$ROOT.stamp"
  finished "$ROOT ($(du -sm "$ROOT" | cut -f1) MB)"
} >&2
echo "$ROOT"
