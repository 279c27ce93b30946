#!/bin/bash
# build-images.sh [builder=PUBLISH_FOLDER] [operator=PUBLISH_FOLDER] OUT_FOLDER
#
# Makes imageoperator/image-builder:dev and imageoperator/image-operator:dev as docker-archives, OUT_FOLDER/image-builder.tar
# and OUT_FOLDER/image-operator.tar, without a container engine. Three layers, the first two from the cache:
#   Debian bookworm with what the program needs, the .NET runtime of this machine's SDK, the output of dotnet publish.
# A self-contained publish output brings its own runtime: then the second layer is left out.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

HERE=$(dirname "$(readlink -f "$0")")
LAYERS=$CACHE/images
COMMON_PACKAGES=base-files,libc6,libgcc-s1,libstdc++6,libssl3,ca-certificates,tzdata
BUILDER_PACKAGES=$COMMON_PACKAGES,git,openssh-client,qemu-system-x86,qemu-utils,seabios,ovmf,ansible-core
OPERATOR_PACKAGES=$COMMON_PACKAGES

# pack FOLDER LAYER [TAR_OPTION...]: the layer and, beside it, its digest.
pack() {
  local folder=$1 layer=$2
  shift 2
  tar -C "$folder" --sort=name --mtime=@0 --numeric-owner "$@" -cf "$layer.partial" .
  sha256sum "$layer.partial" | cut -c1-64 > "$layer.digest"
  mv "$layer.partial" "$layer"
}

# base_layer NAME PACKAGES
base_layer() {
  local layer=$LAYERS/base-$1.tar stamp work
  stamp="$2; $(cat "$HERE/customize.sh" "$HERE/../rootfs.sh" | sha256sum | cut -c1-16)"
  if [ -f "$layer" ] && up_to_date "$layer.stamp" "$stamp"; then
    cached "$layer"
    return
  fi
  require_root
  require_space "$LAYERS" 3000 "making container images"
  install_packages mmdebstrap
  started
  work=$LAYERS/base-$1
  rm -rf --one-file-system "$work" "$layer.stamp"
  VARIANT=essential "$HERE/../rootfs.sh" "$work" "$2" "$HERE/customize.sh" > "$LAYERS/base-$1.log" 2>&1 ||
    die "mmdebstrap failed: $(tail -n 5 "$LAYERS/base-$1.log")"
  # The container runtime makes /dev itself.
  pack "$work" "$layer" --exclude='./dev/*' --exclude='./var/cache/apt/*'
  rm -rf --one-file-system "$work"
  echo "$stamp" > "$layer.stamp"
  finished "$layer ($(du -m "$layer" | cut -f1) MB)"
}

# runtime_layer FRAMEWORK...: sets RUNTIME_LAYER
runtime_layer() {
  local dotnet version frameworks=$* work framework
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")") || die "dotnet is missing; install the .NET 10 SDK"
  version=$(dotnet --list-runtimes | awk '$1 == "Microsoft.NETCore.App" && $2 ~ /^10\./ {v = $2} END {print v}')
  [ -n "$version" ] || die "the machine's dotnet has no 10.0 runtime; see dotnet --list-runtimes"
  RUNTIME_LAYER=$LAYERS/dotnet-$version-$#.tar
  if [ -f "$RUNTIME_LAYER" ] && up_to_date "$RUNTIME_LAYER.stamp" "$version $frameworks"; then
    cached "$RUNTIME_LAYER"
    return
  fi
  started
  work=$(mktemp -d "$LAYERS/dotnet.XXXXXX")
  mkdir -p "$work/usr/share/dotnet/host/fxr"
  cp -a "$dotnet/dotnet" "$work/usr/share/dotnet/"
  cp -a "$dotnet/host/fxr/$version" "$work/usr/share/dotnet/host/fxr/"
  for framework in $frameworks; do
    [ -d "$dotnet/shared/$framework/$version" ] || die "the SDK lacks $framework $version"
    mkdir -p "$work/usr/share/dotnet/shared/$framework"
    cp -a "$dotnet/shared/$framework/$version" "$work/usr/share/dotnet/shared/$framework/"
  done
  chmod -R u=rwX,go=rX "$work"
  pack "$work" "$RUNTIME_LAYER" --owner=0 --group=0
  rm -rf "$work"
  echo "$version $frameworks" > "$RUNTIME_LAYER.stamp"
  finished "$RUNTIME_LAYER ($(du -m "$RUNTIME_LAYER" | cut -f1) MB)"
}

# build NAME PACKAGES PUBLISH_FOLDER
build() {
  local name=image-$1 packages=$2 publish=$3 work layers layer diff_ids='' names='' digest frameworks
  [ -x "$publish/$name" ] || die "$publish has no program $name; make it with: dotnet publish -c Release -r linux-x64 -o $publish"
  base_layer "$1" "$packages"
  layers=("$LAYERS/base-$1.tar")
  if [ ! -f "$publish/libcoreclr.so" ]; then
    frameworks=Microsoft.NETCore.App
    ! grep -q Microsoft.AspNetCore.App "$publish/$name.runtimeconfig.json" || frameworks="$frameworks Microsoft.AspNetCore.App"
    # shellcheck disable=SC2086
    runtime_layer $frameworks
    layers+=("$RUNTIME_LAYER")
  fi

  started
  work=$(mktemp -d "$LAYERS/$name.XXXXXX")
  mkdir "$work/app"
  cp -r "$publish/." "$work/app/"
  rm -f "$work"/app/*.pdb "$work"/app/ImageOperator.*.xml
  chmod -R u=rwX,go=rX "$work/app"
  mkdir "$work/root"
  mv "$work/app" "$work/root/app"
  chmod 755 "$work/root"
  pack "$work/root" "$work/app.tar" --owner=0 --group=0
  rm -rf "$work/root"
  layers+=("$work/app.tar")
  for layer in "${layers[@]}"; do
    digest=$(cat "$layer.digest")
    ln "$layer" "$work/$digest.tar" 2> /dev/null || cp "$layer" "$work/$digest.tar"
    diff_ids="$diff_ids${diff_ids:+,}\"sha256:$digest\""
    names="$names${names:+,}\"$digest.tar\""
  done
  cat > "$work/config.json" <<JSON
{
  "architecture": "amd64",
  "os": "linux",
  "created": "1970-01-01T00:00:00Z",
  "config": {
    "User": "65532:65532",
    "Entrypoint": ["/app/$name"],
    "WorkingDir": "/home/imageoperator",
    "Env": [
      "PATH=/app:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "HOME=/home/imageoperator",
      "DOTNET_ROOT=/usr/share/dotnet",
      "DOTNET_RUNNING_IN_CONTAINER=true",
      "DOTNET_EnableDiagnostics=0",
      "DOTNET_TieredPGO=0",
      "DOTNET_gcServer=0"
    ],
    "Labels": {
      "org.opencontainers.image.title": "$name",
      "org.opencontainers.image.version": "dev",
      "org.opencontainers.image.vendor": "ImageOperator"
    }
  },
  "rootfs": { "type": "layers", "diff_ids": [$diff_ids] }
}
JSON
  digest=$(sha256sum "$work/config.json" | cut -c1-64)
  if [ -f "$OUT/$name.tar" ] && up_to_date "$OUT/$name.stamp" "$digest"; then
    rm -rf "$work"
    cached "$OUT/$name.tar"
    return
  fi
  mv "$work/config.json" "$work/$digest.json"
  printf '[{"Config":"%s","RepoTags":["imageoperator/%s:dev"],"Layers":[%s]}]' "$digest.json" "$name" "$names" > "$work/manifest.json"
  rm -f "$OUT/$name.stamp"
  (cd "$work" && tar --hard-dereference -cf "$OUT/$name.tar.partial" manifest.json "$digest.json" $(tr -d '"' <<< "${names//,/ }"))
  mv "$OUT/$name.tar.partial" "$OUT/$name.tar"
  rm -rf "$work"
  echo "$digest" > "$OUT/$name.stamp"
  finished "$OUT/$name.tar ($(du -m "$OUT/$name.tar" | cut -f1) MB)"
}

[ $# -ge 2 ] || { sed -n '2,7p' "$0"; exit 2; }
OUT=${*: -1}
mkdir -p "$OUT" "$LAYERS"
OUT=$(readlink -f "$OUT")
lock images
rm -rf "$LAYERS"/image-*.??????
while [ $# -gt 1 ]; do
  case $1 in
    builder=*) build builder "$BUILDER_PACKAGES" "${1#*=}" ;;
    operator=*) build operator "$OPERATOR_PACKAGES" "${1#*=}" ;;
    *) die "'$1' is neither builder=FOLDER nor operator=FOLDER" ;;
  esac
  shift
done
