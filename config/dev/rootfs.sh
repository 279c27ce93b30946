#!/bin/bash
# rootfs.sh FOLDER PACKAGE,PACKAGE,... [CUSTOMIZE_SCRIPT]
# Makes a minimal Debian bookworm in FOLDER; the packages are kept in the cache folder. CUSTOMIZE_SCRIPT is called with FOLDER.
# VARIANT=minbase (the default) has apt, VARIANT=essential has not.
. "$(dirname "$(readlink -f "$0")")/lib.sh"

FOLDER=$1 PACKAGES=$2 CUSTOMIZE=${3:-}
ARCHIVES=$CACHE/archives
MIRROR=$(debian_mirror)
SECURITY=$(security_mirror)
mkdir -p "$ARCHIVES"
rm -rf "$ARCHIVES"/{partial,lock}
mmdebstrap --mode=root --variant="${VARIANT:-minbase}" --format=directory \
  --skip=cleanup/apt/cache --skip=download/empty --skip=essential/unlink \
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Valid-Until "false"' \
  --dpkgopt='force-unsafe-io' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --setup-hook='mkdir -p "$1/var/cache/apt/archives"' --setup-hook="sync-in '$ARCHIVES' /var/cache/apt/archives" \
  --include="$PACKAGES" ${CUSTOMIZE:+"--customize-hook=$CUSTOMIZE"} \
  --customize-hook="sync-out /var/cache/apt/archives '$ARCHIVES'" \
  --customize-hook='rm -rf "$1"/var/cache/apt/archives/*.deb' \
  bookworm "$FOLDER" \
  "deb $MIRROR bookworm main" "deb $MIRROR bookworm-updates main" "deb $SECURITY bookworm-security main"
