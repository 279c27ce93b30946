#!/bin/bash
# azurite.sh install | serve PORT - Azurite (an emulator of Azure Storage) from npm
#
#   install  installs it in the cache folder, once, and prints the folder
#   serve    runs its blob service in the foreground on 127.0.0.1:PORT until it is ended; what it holds is in memory
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

VERSION=3.37.0
AZURITE=$CACHE/azurite
FOLDER=$AZURITE/$VERSION

require_node() {
  command -v node > /dev/null && command -v npm > /dev/null && return
  install_packages nodejs npm
}

install_azurite() {
  require_space "$AZURITE" 400 "Azurite"
  require_node
  started
  rm -rf "$FOLDER.partial"
  mkdir -p "$FOLDER.partial"
  # Its scripts build things that the blob service needs not.
  npm install --prefix "$FOLDER.partial" --no-audit --no-fund --no-save --ignore-scripts --omit=dev "azurite@$VERSION" > "$AZURITE/npm.log" 2>&1 ||
    die "npm install azurite@$VERSION failed: $(tail -n 5 "$AZURITE/npm.log")"
  # A third of it, and most of its files, are for browsers, debuggers and readers.
  find "$FOLDER.partial" -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.md' -o -path '*/build/esm/*' -o -path '*/build/esnext/*' -o -path '*/dist/esm/*' -o -path '*/dist/browser/*' -o -path '*/dist/react-native/*' \) -delete
  rm -rf "$FOLDER"
  mv "$FOLDER.partial" "$FOLDER"
  finished "Azurite $VERSION" >&2
}

ensure_azurite() {
  [ -d "$FOLDER" ] && command -v node > /dev/null && return
  (lock azurite && { [ -d "$FOLDER" ] || install_azurite; require_node; }) >&2
}

case ${1:-} in
  install)
    ensure_azurite
    echo "$FOLDER"
    ;;
  serve)
    [ -n "${2:-}" ] || die "which port? azurite.sh serve PORT"
    ensure_azurite
    # The SDK's version of the protocol may be newer than the emulator; what it would report home stays here.
    cd "$AZURITE"
    exec node "$FOLDER/node_modules/azurite/dist/src/blob/main.js" --inMemoryPersistence --blobHost 127.0.0.1 --blobPort "$2" --skipApiVersionCheck --disableTelemetry --silent
    ;;
  *)
    sed -n '2,5s/^# \{0,1\}//p' "$0"
    exit 2
    ;;
esac
