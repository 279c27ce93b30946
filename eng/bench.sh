#!/bin/bash
# bench.sh [--runs N] [--pods N] [--no-cluster]: measures imagectl and the operator beside Packer, in one run, on this machine.
# Sets up what is missing. Figures count when the machine is quiet; ratios count, absolute times do not.
ROOT=$(readlink -f "$(dirname "$(readlink -f "$0")")/..")
. "$ROOT/config/dev/lib.sh"

DEV=$ROOT/config/dev
WORK=$CACHE/bench
NAMESPACE=${BENCH_NAMESPACE:-bench}
IMAGECTL=$ROOT/artifacts/publish/Cli/imagectl
INPUTS=$ROOT/tests/Benchmarks/inputs
PATH=$PATH:$CACHE/k8s/bin
CLUSTER=yes ARGUMENTS=()
while [ $# -gt 0 ]; do
  case $1 in
    --no-cluster) CLUSTER=no ;;
    *) ARGUMENTS+=("$1") ;;
  esac
  shift
done

require_root
require_tools dotnet
require_space "$WORK" 2000 "measuring"
install_packages packer xorriso openssh-client qemu-system-x86 qemu-utils
"$DEV/guests/guests.sh" tiny

# The base: the tiny guest with what Packer 1.6.6 needs and the guest lacks, a host key that is not ed25519, and scp. imagectl makes it.
base() {
  local guest stamp
  guest=$(cut -d' ' -f1 "$CACHE/guests/tiny.qcow2.sha256")
  stamp="$guest $(sha256sum "$INPUTS/base.yaml" | cut -c1-16)"
  mkdir -p "$WORK/sources"
  if ! up_to_date "$WORK/base.stamp" "$stamp"; then
    rm -rf "$WORK/base.stamp" "$WORK/made"
    mkdir -p "$WORK/made/files"
    cp "$(command -v scp)" "$WORK/made/files/"
    sed "s|GUEST|$CACHE/guests/tiny.qcow2|; s|CHECKSUM|sha256:$guest|; s|OUTPUT|$WORK/made|" "$INPUTS/base.yaml" > "$WORK/base.yaml"
    "$IMAGECTL" build -f "$WORK/base.yaml" --workspace "$WORK/made/files" --skip-tests --state-dir "$WORK/state" --cache-dir "$WORK/cache"
    mv "$WORK/made/base-lab.qcow2" "$WORK/base.qcow2"
    echo "$stamp" > "$WORK/base.stamp"
  fi
  ln -f "$WORK/base.qcow2" "$WORK/sources/base.qcow2"
  CHECKSUM=sha256:$(sha256sum "$WORK/base.qcow2" | cut -d' ' -f1)
}

# template SOURCE OUTPUT: the ImageTemplate with its files.
template() {
  sed "s|SOURCE|$1|; s|OUTPUT|$2|; s|CHECKSUM|$CHECKSUM|" "$INPUTS/image.yaml"
  echo "---"
  files_configmap
}

# The files as a ConfigMap, without a cluster and without kubectl.
files_configmap() {
  local file
  printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: benchmark-files}\ndata:\n'
  for file in "$INPUTS"/files/*; do
    printf '  %s: |\n' "$(basename "$file")"
    sed 's/^/    /' "$file"
  done
}

# What every peer gets: the same base, the same files, a seed for the guest (imagectl and the operator make their own).
inputs() {
  rm -rf --one-file-system "$WORK/seed" "$WORK/files" "$WORK/state"
  mkdir -p "$WORK/seed" "$WORK/out" "$WORK/built"
  cp -r "$INPUTS/files" "$WORK/files"
  cp "$ROOT/tests/Benchmarks/packer/baseline.pkr.hcl" "$WORK/packer.pkr.hcl"
  rm -f "$WORK"/login* "$WORK"/host*
  ssh-keygen -q -t ecdsa -N '' -m PEM -C benchmark -f "$WORK/login"
  ssh-keygen -q -t ed25519 -N '' -C benchmark -f "$WORK/host"
  cp "$INPUTS/meta-data" "$WORK/seed/"
  sed -e "s|LOGIN_PUBLIC|$(cat "$WORK/login.pub")|; s|HOST_PUBLIC|$(cat "$WORK/host.pub")|" \
    -e "/^HOST_KEY$/{r /dev/stdin
d}" "$INPUTS/user-data" < <(sed 's/^/    /' "$WORK/host") > "$WORK/seed/user-data"
  xorriso -as mkisofs -quiet -V cidata -J -R -o "$WORK/seed.iso" "$WORK/seed" 2> /dev/null
  template "hostPath: {path: $WORK/base.qcow2}" "hostPath: {path: $WORK/out}" > "$WORK/imagectl.yaml"
}

# In the cluster the base and the result are on a volume; the builder is not root.
in_cluster() {
  "$DEV/cluster/cluster.sh" up
  KUBECONFIG=$("$DEV/cluster/cluster.sh" kubeconfig)
  export KUBECONFIG
  use_kubectl
  "$DEV/images/publish.sh"
  local image
  for image in image-builder image-operator; do "$DEV/cluster/cluster.sh" load-image "$CACHE/images/out/$image.tar"; done
  "$DEV/operator.sh" up
  chown -R 65532:65532 "$WORK/sources" "$WORK/built"
  kubectl get namespace "$NAMESPACE" > /dev/null 2>&1 || kubectl create namespace "$NAMESPACE"
  image_volume "$NAMESPACE" "$WORK" | kubectl apply -f -
  until [ "$(kubectl -n "$NAMESPACE" get pvc images -o 'jsonpath={.status.phase}')" = Bound ]; do sleep 0.2; done
  template "persistentVolumeClaim: {claimName: images, path: sources/base.qcow2}" "persistentVolumeClaim: {claimName: images, path: built}" |
    kubectl -n "$NAMESPACE" apply --validate=false -f -
  kubectl -n "$NAMESPACE" wait --for=condition=Ready --timeout=60s imagetemplate/benchmark
  ARGUMENTS+=(--kubeconfig "$KUBECONFIG" --namespace "$NAMESPACE")
}

started
dotnet publish "$ROOT/operator/Cli" -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true \
  -o "$ROOT/artifacts/publish/Cli" --nologo -v quiet
dotnet build "$ROOT/tests/Benchmarks" -c Release --nologo -v quiet
finished "published imagectl, built the benchmark"
base
inputs
[ "$CLUSTER" = no ] || in_cluster
say "load average $(cut -d' ' -f1-3 /proc/loadavg); the figures want a quiet machine"
exec "$ROOT/artifacts/bin/Benchmarks/release/ImageOperator.Benchmarks" --work "$WORK" --imagectl "$IMAGECTL" \
  --output "$ROOT/artifacts/bench" "${ARGUMENTS[@]}"
