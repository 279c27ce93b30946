#!/bin/bash
# demo.sh [clean]
#
# The main job on this machine, for real: a cluster, the CRDs, the operator, the sample of config/samples/quickstart, and the build
# followed to its artifact. What the first run made (cluster binaries, base image, container images) the next one takes from the
# cache. "clean" removes the demo's namespace, the cluster and the demo's images; the caches stay (remove the cache folder to drop them).
. "$(dirname "$(readlink -f "$0")")/lib.sh"

HERE=$(dirname "$(readlink -f "$0")")
ROOT=$(readlink -f "$HERE/../..")
NAMESPACE=${DEMO_NAMESPACE:-imageoperator-demo}
IMAGES=$CACHE/demo/images
use_kubectl

phase() { printf '\n== %s\n' "$*"; PHASE=$*; started; }
phase_done() { SUMMARY+=("$(printf '%7.1f s  %s' "$(awk -v a="$(date +%s.%N)" -v b="$STARTED" 'BEGIN{print a-b}')" "$PHASE")"); }
step() { phase "$1"; STARTED=$(date +%s.%N); shift; "$@"; phase_done; }

clean() {
  # Our own cluster goes as a whole, with every pod and machine in it.
  [ "$("$HERE/cluster/cluster.sh" kind)" != given ] || clean_given
  "$HERE/cluster/cluster.sh" down
  rm -rf --one-file-system "$CACHE/demo"
  say "removed; the caches in $CACHE stay (rm -r it to drop them)"
}

clean_given() {
  # Builds first: the operator must still be there to remove what they made.
  kubectl -n "$NAMESPACE" delete imagebuilds --all --timeout=120s ||
    die "some builds did not go away; kubectl -n $NAMESPACE describe imagebuilds shows why"
  kubectl delete namespace "$NAMESPACE" --ignore-not-found --timeout=120s
  kubectl delete pv "$NAMESPACE-images" --ignore-not-found
  if [ -n "$(kubectl get imagebuilds --all-namespaces -o name)" ]; then
    say "there are other ImageBuilds: the operator and the CRDs stay"
  else
    kubectl delete -k "$ROOT/config/overlays/dev" --ignore-not-found --timeout=120s
  fi
}

base_image() {
  "$HERE/guests/guests.sh" tiny
  mkdir -p "$IMAGES/sources" "$IMAGES/built"
  cmp -s "$CACHE/guests/tiny.qcow2" "$IMAGES/sources/base.qcow2" || cp --reflink=auto "$CACHE/guests/tiny.qcow2" "$IMAGES/sources/base.qcow2"
  # The builder is not root.
  chown -R 65532:65532 "$IMAGES"
  CHECKSUM=sha256:$(cut -d' ' -f1 "$CACHE/guests/tiny.qcow2.sha256")
}

container_images() {
  "$HERE/images/publish.sh"
  for image in image-builder image-operator; do "$HERE/cluster/cluster.sh" load-image "$CACHE/images/out/$image.tar"; done
}

operator() {
  "$HERE/operator.sh" up
}

sample() {
  kubectl get namespace "$NAMESPACE" > /dev/null 2>&1 || kubectl create namespace "$NAMESPACE"
  image_volume "$NAMESPACE" "$IMAGES" | kubectl apply -f -
  kubectl -n "$NAMESPACE" delete imagebuild quickstart --ignore-not-found --timeout=120s
  local file
  for file in files secret template; do
    # Kubernetes below 1.25 knows no CEL: its kubectl must not judge by the schema.
    kubectl -n "$NAMESPACE" apply -f "$ROOT/config/samples/quickstart/$file.yaml"
  done
  sed "s/sha256:0\{64\}/$CHECKSUM/" "$ROOT/config/samples/quickstart/build.yaml" | kubectl -n "$NAMESPACE" apply -f -
}

result() {
  local file
  kubectl -n "$NAMESPACE" get imagebuild quickstart
  file=$(kubectl -n "$NAMESPACE" get imagebuild quickstart -o 'jsonpath={.status.artifacts[0].id}')
  file=$IMAGES/${file#pvc://images/}
  printf '\nartifact  %s\nsize      %s bytes\nsha256    %s\n' "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d' ' -f1)"
  printf 'in status %s\n' "$(kubectl -n "$NAMESPACE" get imagebuild quickstart -o 'jsonpath={.status.artifacts[0].checksum}')"
}

SUMMARY=()
if [ "${1:-}" = clean ]; then
  clean
  exit
fi
require_root
STARTED=$(date +%s.%N)
step "cluster" "$HERE/cluster/cluster.sh" up
export KUBECONFIG
KUBECONFIG=$("$HERE/cluster/cluster.sh" kubeconfig)
step "base image" base_image
step "container images" container_images
step "CRDs and operator" operator
step "apply the sample" sample
step "build" "$HERE/follow.sh" "$NAMESPACE" quickstart
step "artifact" result
printf '\n== time\n'
printf '%s\n' "${SUMMARY[@]}"
printf '\nLook around:  export KUBECONFIG=%s; kubectl -n %s describe imgb quickstart\nRemove it:    make demo-clean\n' "$KUBECONFIG" "$NAMESPACE"
