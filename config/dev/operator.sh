#!/bin/bash
# operator.sh up | down: the CRDs and the operator of this working copy in the cluster of KUBECONFIG.
. "$(dirname "$(readlink -f "$0")")/lib.sh"

ROOT=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
use_kubectl
NAMESPACE=imageoperator-system

up() {
  # Downloads outlive builds in a folder of the node, which the builders' user must be able to write.
  mkdir -p "$CACHE/builder"
  chown 65532:65532 "$CACHE/builder"
  # Kubernetes below 1.25 refuses what it does not know (the CRDs' CEL rules) only by its kubectl's validation; later ones enforce it.
  kubectl kustomize "$ROOT/config/overlays/dev" | sed "s|/var/cache/imageoperator|$CACHE/builder|" | kubectl apply --validate=false -f -
  kubectl wait --for=condition=Established --timeout=60s $(kubectl kustomize "$ROOT/crds" | kubectl apply --validate=false --dry-run=client -o name -f -)
  local digest running
  digest=$(sha256sum "$CACHE/images/out/image-operator.tar" | cut -c1-16)
  running=$(kubectl -n $NAMESPACE get deployment image-operator -o "jsonpath={.spec.template.metadata.annotations['imageoperator\.dev/image-digest']}")
  if [ "$digest" != "$running" ]; then
    # The tag stays the same when the image changes: the annotation makes new pods.
    kubectl -n $NAMESPACE patch deployment image-operator -p "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"imageoperator.dev/image-digest\":\"$digest\"}}}}}"
  fi
  kubectl -n $NAMESPACE rollout status deployment/image-operator --timeout=120s || {
    kubectl -n $NAMESPACE get pods -o wide >&2
    kubectl -n $NAMESPACE logs deployment/image-operator --tail=20 >&2 || say "no logs"
    die "the operator did not get ready"
  }
}

case ${1:-} in
  up) up ;;
  down) kubectl delete -k "$ROOT/config/overlays/dev" --ignore-not-found ;;
  *) sed -n '2p' "$0"; exit 2 ;;
esac
