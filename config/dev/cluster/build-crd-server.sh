#!/bin/bash
# Builds the current CRD server (Kubernetes 1.36, CEL) from Debian sid's Go source packages, unpacked in the cache folder;
# nothing of sid is installed. 2 to 4 minutes once, then nothing. sid moves: keep the built binary, do not build it in every CI run.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

WORK=$CACHE/k8s-cel
BIN=$WORK/bin
MAIN=$(dirname "$(readlink -f "$0")")/crd-server/main.go
STAMP="crd-server; recipe 1; main.go $(sha256sum < "$MAIN" | cut -c1-16)"
PACKAGES="
golang-cel-cel-go-dev golang-cel-expr-dev golang-etcd-server-dev golang-github-antlr4-go-antlr-dev golang-github-beorn7-perks-dev
golang-github-blang-semver-dev golang-github-cenkalti-backoff-v5-dev golang-github-cespare-xxhash-v2-dev golang-github-coreos-go-semver-dev
golang-github-coreos-go-systemd-dev golang-github-davecgh-go-spew-dev golang-github-docker-spdystream-dev golang-github-emicklei-go-restful-dev
golang-github-evanphx-json-patch-dev golang-github-felixge-httpsnoop-dev golang-github-fsnotify-fsnotify-dev golang-github-fxamacker-cbor-dev
golang-github-go-logr-logr-dev golang-github-go-logr-stdr-dev golang-github-go-openapi-jsonpointer-dev golang-github-go-openapi-jsonreference-dev
golang-github-go-openapi-swag-dev golang-github-gogo-protobuf-dev golang-github-golang-protobuf-1-5-dev golang-github-google-gnostic-models-dev
golang-github-google-uuid-dev golang-github-gorilla-websocket-dev golang-github-grpc-ecosystem-go-grpc-middleware-dev
golang-github-grpc-ecosystem-grpc-gateway-dev golang-github-json-iterator-go-dev golang-github-kylelemons-godebug-dev
golang-github-modern-go-concurrent-dev golang-github-modern-go-reflect2-dev golang-github-munnerz-goautoneg-dev golang-github-mxk-go-flowrate-dev
golang-github-nytimes-gziphandler-dev golang-github-pkg-errors-dev golang-github-pmezard-go-difflib-dev golang-github-prometheus-client-golang-dev
golang-github-prometheus-client-model-dev golang-github-prometheus-common-dev golang-github-prometheus-procfs-dev golang-github-spf13-cobra-dev
golang-github-spf13-pflag-dev golang-github-x448-float16-dev golang-go.uber-multierr-dev golang-go.uber-zap-dev golang-golang-x-crypto-dev
golang-golang-x-exp-dev golang-golang-x-net-dev golang-golang-x-oauth2-dev golang-golang-x-oauth2-google-dev golang-golang-x-sync-dev
golang-golang-x-sys-dev golang-golang-x-term-dev golang-golang-x-text-dev golang-golang-x-time-dev golang-google-genproto-dev golang-google-grpc-dev
golang-google-protobuf-dev golang-gopkg-inf.v0-dev golang-gopkg-natefinch-lumberjack.v2-dev golang-gopkg-yaml.v2-dev golang-gopkg-yaml.v3-dev
golang-k8s-api-dev golang-k8s-apiextensions-apiserver-dev golang-k8s-apimachinery-dev golang-k8s-apiserver-dev golang-k8s-client-go-dev
golang-k8s-component-base-dev golang-k8s-klog-dev golang-k8s-kms-dev golang-k8s-kube-openapi-dev golang-k8s-sigs-apiserver-network-proxy-dev
golang-k8s-sigs-json-dev golang-k8s-sigs-randfill-dev golang-k8s-sigs-structured-merge-diff-v6-dev golang-k8s-sigs-yaml-dev golang-k8s-streaming-dev
golang-k8s-utils-dev golang-opentelemetry-contrib-dev golang-opentelemetry-otel-dev golang-opentelemetry-proto-dev
"

lock k8s-cel-build
if up_to_date "$BIN/stamp" "$STAMP"; then
  cached "CRD server in $BIN"
  exit 0
fi
require_space "$WORK" 3000 "building the CRD server"
mkdir -p "$WORK"/{lists/partial,debs/partial,state} "$BIN"
cd "$WORK"

# apt with a private source list, private lists and an empty package database.
: > state/status
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(debian_mirror) sid main" > sources.list
options=(-qq -o "Dir::Etc::SourceList=$WORK/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State::Lists=$WORK/lists" -o "Dir::State::status=$WORK/state/status" -o "Dir::State=$WORK/state"
  -o "Dir::Cache=$WORK/state" -o APT::Sandbox::User=root)

if [ ! -f root.complete ]; then
  started
  rm -rf debs
  mkdir -p debs/partial
  apt-get "${options[@]}" update
  go=$(apt-cache "${options[@]}" depends golang-go | awk '/Depends: golang-[0-9.]+-go/ {print $2; exit}')
  [ -n "$go" ] || die "Debian sid's golang-go names no toolchain; see: apt-cache depends golang-go"
  (cd debs && apt-get "${options[@]}" download $PACKAGES "$go" "${go%-go}-src") ||
    die "sid lacks a package that is needed; compare PACKAGES in $0 with the Depends of golang-k8s-apiextensions-apiserver-dev"
  rm -rf root root.partial
  mkdir root.partial
  for deb in debs/*.deb; do dpkg -x "$deb" root.partial; done
  mv root.partial root
  echo "${go%-go}" > root.complete
  finished "Go and its packages from Debian sid"
fi

started
# golang-1.26 is unpacked as usr/lib/go-1.26
GOROOT=$WORK/root/usr/lib/$(sed 's/^golang-/go-/' root.complete)
export GOROOT GOPATH=$WORK/root/usr/share/gocode GOCACHE=$WORK/gocache GO111MODULE=off GOFLAGS='' GOTOOLCHAIN=local CGO_ENABLED=0
mkdir -p "$GOPATH/src/crd-server"
cp "$MAIN" "$GOPATH/src/crd-server/main.go"
cd "$GOPATH/src"
nice "$GOROOT/bin/go" build -trimpath -ldflags '-s -w' -o "$BIN/crd-server.partial" crd-server
mv -f "$BIN/crd-server.partial" "$BIN/crd-server"
echo "$STAMP" > "$BIN/stamp"
finished "built $BIN/crd-server"
