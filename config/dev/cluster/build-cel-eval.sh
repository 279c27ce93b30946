#!/bin/bash
# Builds cel-eval, which evaluates CEL expressions for tests, from the Go packages that build-crd-server.sh unpacked. Prints where it is.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

HERE=$(dirname "$(readlink -f "$0")")
WORK=$CACHE/k8s-cel
BIN=$WORK/bin
MAIN=$HERE/cel-eval/main.go
STAMP="cel-eval; recipe 1; $(sha256sum < "$MAIN" | cut -c1-16)"

[ -f "$WORK/root.complete" ] || "$HERE/build-crd-server.sh" >&2
lock k8s-cel-build
if ! up_to_date "$BIN/cel-eval.stamp" "$STAMP"; then
  GOROOT=$WORK/root/usr/lib/$(sed 's/^golang-/go-/' "$WORK/root.complete")
  export GOROOT GOPATH=$WORK/root/usr/share/gocode GOCACHE=$WORK/gocache GO111MODULE=off GOFLAGS='' GOTOOLCHAIN=local CGO_ENABLED=0
  mkdir -p "$GOPATH/src/cel-eval"
  cp "$MAIN" "$GOPATH/src/cel-eval/main.go"
  (cd "$GOPATH/src" && nice "$GOROOT/bin/go" build -trimpath -o "$BIN/cel-eval.partial" cel-eval)
  mv -f "$BIN/cel-eval.partial" "$BIN/cel-eval"
  echo "$STAMP" > "$BIN/cel-eval.stamp"
fi
echo "$BIN/cel-eval"
