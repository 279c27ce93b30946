#!/bin/bash
# cluster.sh up | down | status | kubeconfig | kind | load-image TAR
#
# The development cluster, whichever can be had here, in this order:
#   given    KUBECONFIG is set: that cluster; it is never started, stopped or changed
#   k3d      a Docker engine answers and k3d is installed: a k3d cluster named imageoperator
#   debian   else: the one-node Kubernetes 1.20 of dev-cluster.sh
# "kubeconfig" prints the path of its kubeconfig, "kind" prints given, k3d or debian.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

HERE=$(dirname "$(readlink -f "$0")")
NAME=imageoperator

docker_answers() { command -v docker > /dev/null && timeout 10 docker info > /dev/null 2>&1; }
kind() {
  if [ -n "${KUBECONFIG:-}" ] && [ "$KUBECONFIG" != "$("$HERE/dev-cluster.sh" kubeconfig)" ] && [ "$KUBECONFIG" != "$CACHE/k3d.kubeconfig" ]; then
    echo given
  elif command -v k3d > /dev/null && docker_answers; then
    echo k3d
  else
    echo debian
  fi
}
kubeconfig() {
  case $KIND in
    given) echo "$KUBECONFIG" ;;
    k3d) echo "$CACHE/k3d.kubeconfig" ;;
    debian) "$HERE/dev-cluster.sh" kubeconfig ;;
  esac
}
k3d_exists() { k3d cluster list "$NAME" > /dev/null 2>&1; }
answers() {
  local kubectl=kubectl
  command -v kubectl > /dev/null || kubectl=$CACHE/k8s/bin/kubectl
  command -v "$kubectl" > /dev/null || die "kubectl is missing; install it, or build it with $HERE/build-kubernetes.sh"
  "$kubectl" --kubeconfig "$(kubeconfig)" --request-timeout=10s get --raw /readyz > /dev/null
}

up() {
  say "using the $KIND cluster"
  case $KIND in
    given) answers || die "the cluster of KUBECONFIG=$KUBECONFIG does not answer; unset KUBECONFIG to get one of our own" ;;
    k3d)
      k3d_exists || k3d cluster create "$NAME" --wait --no-lb --k3s-arg '--disable=traefik@server:0' --volume "$CACHE:$CACHE@all"
      k3d cluster start "$NAME"
      k3d kubeconfig get "$NAME" > "$CACHE/k3d.kubeconfig" ;;
    debian) "$HERE/dev-cluster.sh" up ;;
  esac
  # The known place: what was chosen, for the Makefile and for tests.
  printf 'IMAGEOPERATOR_CLUSTER=%s\nKUBECONFIG=%s\n' "$KIND" "$(kubeconfig)" > "$CACHE/cluster.env"
  say "KUBECONFIG=$(kubeconfig) (also in $CACHE/cluster.env)"
}
down() {
  case $KIND in
    given) say "the cluster of KUBECONFIG=$KUBECONFIG is not ours: left alone" ;;
    k3d) ! k3d_exists || k3d cluster delete "$NAME" ;;
    debian) "$HERE/dev-cluster.sh" down ;;
  esac
  rm -f "$CACHE/cluster.env"
}
status() {
  case $KIND in
    debian) "$HERE/dev-cluster.sh" status ;;
    *) if answers; then say "$KIND cluster up, KUBECONFIG=$(kubeconfig)"; else say "$KIND cluster down"; return 1; fi ;;
  esac
}
load_image() {
  case $KIND in
    given)
      [ -n "${IMAGEOPERATOR_LOAD_IMAGE:-}" ] ||
        die "a given cluster pulls its images from a registry: push them there, or set IMAGEOPERATOR_LOAD_IMAGE to a command that loads an archive"
      $IMAGEOPERATOR_LOAD_IMAGE "$1" ;;
    k3d) k3d image import --cluster "$NAME" "$1" ;;
    debian) "$HERE/dev-cluster.sh" load-image "$1" ;;
  esac
}

mkdir -p "$CACHE"
KIND=$(kind)
case ${1:-} in
  up) up ;;
  down) down ;;
  status) status ;;
  kubeconfig) kubeconfig ;;
  kind) echo "$KIND" ;;
  load-image) [ $# = 2 ] || die "load-image wants one archive"; load_image "$2" ;;
  *) sed -n '2,8p' "$0"; exit 2 ;;
esac
