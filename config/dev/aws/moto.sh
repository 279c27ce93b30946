#!/bin/bash
# moto.sh root | serve PORT - moto's server (an emulator of AWS) from Debian's packages
#
#   root    makes its root file system in the cache folder, once, and prints the folder
#   serve   runs it in the foreground on 127.0.0.1:PORT until it is ended; what it holds is in memory
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

SUITE=trixie
PACKAGES=python3-moto,python3-flask-cors,python3-yaml,python3-jsondiff,python3-docker,python3-graphql-core,python3-joserfc,python3-openapi-spec-validator
MOTO=$CACHE/moto
ROOT=$MOTO/root

make_root() {
  require_root
  require_space "$MOTO" 1000 "moto's root file system"
  install_packages mmdebstrap
  started
  rm -rf "$ROOT.partial"
  mmdebstrap --mode=root --variant=apt --format=directory \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt='force-unsafe-io' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --include="$PACKAGES" "$SUITE" "$ROOT.partial" "deb $(debian_mirror) $SUITE main" > "$MOTO/root.log" 2>&1 ||
    die "mmdebstrap failed: $(tail -n 5 "$MOTO/root.log")"
  # Its modules are read once here, not by each start.
  chroot "$ROOT.partial" /usr/bin/python3 -m compileall -q /usr/lib/python3/dist-packages/moto > /dev/null 2>&1 || true
  rm -rf "$ROOT"
  mv "$ROOT.partial" "$ROOT"
  echo "$SUITE $PACKAGES" > "$MOTO/stamp"
  finished "moto's root file system" >&2
}

ensure_root() {
  up_to_date "$MOTO/stamp" "$SUITE $PACKAGES" && return
  (lock moto && { up_to_date "$MOTO/stamp" "$SUITE $PACKAGES" || make_root; }) >&2
}

# Two of moto's 500 AMIs, with which it answers ten times as fast: each one has a snapshot, and every look at snapshots shows them all.
choose_amis() {
  local chosen=$ROOT/tmp/amis.$$.json
  zcat "$ROOT/usr/lib/python3/dist-packages/moto/ec2/resources/amis.json.gz" | chroot "$ROOT" /usr/bin/python3 -c '
import json, re, sys
chosen = [a for a in json.load(sys.stdin) if re.match("amzn2-ami-hvm-2.0|Windows_Server-2016-English-Full-Base", a["name"])]
assert len(chosen) == 2, chosen
json.dump(chosen, sys.stdout)' > "$chosen" || die "moto has other AMIs than those that are wanted"
  mv "$chosen" "$ROOT/tmp/amis.json"
}

case ${1:-} in
  root)
    ensure_root
    echo "$ROOT"
    ;;
  serve)
    [ -n "${2:-}" ] || die "which port? moto.sh serve PORT"
    ensure_root
    require_root
    choose_amis
    # Traffic stays on the loopback: moto reaches for nothing outside.
    exec chroot "$ROOT" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root PYTHONDONTWRITEBYTECODE=1 \
      AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=eu-central-1 \
      MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION=1 MOTO_ENABLE_KEYPAIR_VALIDATION=1 MOTO_ENABLE_AMI_VALIDATION=1 MOTO_AMIS_PATH=/tmp/amis.json \
      python3 -m moto.server -H 127.0.0.1 -p "$2"
    ;;
  *)
    sed -n '2,5s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
