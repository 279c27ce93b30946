#!/bin/bash
# test.sh all|unit: sets up what the tests need, runs every test project, and ends with "N passed, N failed[, N skipped]".
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
DEV=config/dev
CACHE=${IMAGEOPERATOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/imageoperator}
WHAT=${1:-all}
T0=$SECONDS
say() { echo "[$((SECONDS - T0)) s] $*"; }

# What the tests themselves call; the scripts of config/dev install what they need.
(
  . "$DEV/lib.sh"
  # Packages with daemons: their services must not be started here.
  if [ "$(id -u)" = 0 ] && [ ! -e /usr/sbin/policy-rc.d ] && ! { command -v promtool && command -v docker-registry; } > /dev/null; then
    printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  install_packages git docker-registry prometheus etcd-server libfaketime openssh-server openssh-client ansible-core nftables microsocks tinyproxy-bin dropbear-bin busybox-static sudo xorriso genisoimage qemu-system-x86 qemu-utils ovmf zsh fish lua5.1 e2fsprogs python3
)

"$DEV/tools/helm.sh" > /dev/null
dotnet build ImageOperator.sln --nologo -v quiet
say "built"

# Benchmarks, and tests that want an account of a cloud, are for whoever asks for them.
filter=(--filter-not-trait Category=Benchmark --filter-not-trait Category=Account)
if [ "$WHAT" = all ]; then
  "$DEV/cluster/cluster.sh" up
  IMAGEOPERATOR_TEST_KUBECONFIG=$("$DEV/cluster/cluster.sh" kubeconfig)
  # Without it the CEL tests are skipped, loudly: it is built from Debian sid, which moves.
  "$DEV/cluster/crd-server.sh" up || say "no current CRD server: the CEL tests will be skipped"
  "$DEV/cluster/build-cel-eval.sh" > /dev/null || say "no cel-eval: the test of the Flux health checks will be skipped"
  IMAGEOPERATOR_TEST_CRD_KUBECONFIG=$("$DEV/cluster/crd-server.sh" kubeconfig)
  "$DEV/guests/guests.sh" tiny tiny-uefi broken-ssh
  "$DEV/guests/toolbox.sh" > /dev/null
  "$DEV/aws/moto.sh" root
  "$DEV/azure/azurite.sh" install
  export IMAGEOPERATOR_TEST_KUBECONFIG IMAGEOPERATOR_TEST_CRD_KUBECONFIG
  say "test beds ready"
else
  filter+=(--filter-not-trait Category=Cluster --filter-not-trait Category=Vm --filter-not-trait Category=Cloud)
fi

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

# run_project PROJECT: its log and its counts (passed failed skipped, and the runner's exit code) in $results, and what there is to say in one piece.
run_project() {
  local name assembly code=0 p f s
  name=$(basename "$1" .csproj)
  assembly=$(find "artifacts/bin/$name/debug" -maxdepth 1 -name 'ImageOperator.*.Tests.dll' -print -quit)
  # A test run that hangs must not take the others' time.
  timeout --kill-after=30 "${TEST_TIMEOUT:-1500}" dotnet "$assembly" "${filter[@]}" --no-ansi --progress off --output Detailed --ignore-exit-code 8 > "$results/$name.log" 2>&1 &
  child=$!
  wait "$child" || code=$?
  read -r p f s <<< "$(awk '/^ *succeeded:/ {p = $2} /^ *failed:/ {f = $2} /^ *skipped:/ {s = $2} END {print p + 0, f + 0, s + 0}' "$results/$name.log")"
  # A runner that ended otherwise than by its count has failed, whatever it counted.
  if [ "$code" != 0 ] && [ "$f" = 0 ]; then f=1; fi
  echo "$p $f $s $code" > "$results/$name.count"
  {
    say "$name: $p passed, $f failed, $s skipped"
    if [ "$f" != 0 ]; then
      # First what failed and why, for a long diagnosis behind one must not push the others out.
      awk '/^failed / {n = 7} n > 0 {print substr($0, 1, 400); n--}' "$results/$name.log"
      if [ "$code" = 124 ] || [ "$code" = 137 ]; then say "$name did not end within ${TEST_TIMEOUT:-1500} s; the last tests that did:"; fi
      grep -vE '^\s*$|^passed ' "$results/$name.log" | tail -n 100 | cut -c1-1000 || true
      grep '^passed ' "$results/$name.log" | tail -n 5 || true
    fi
    if [ "$s" != 0 ]; then grep -A2 -E '^skipped ' "$results/$name.log" | head -n 20 || say "(no reason printed)"; fi
  } > "$results/$name.summary"
  cat "$results/$name.summary"
}

run_lane() {
  local project
  trap 'kill "$child" 2> /dev/null; exit 143' TERM
  for project in "$@"; do run_project "$project"; done
}

# What only the tests on the cluster wait for.
prepare_cluster() {
  "$DEV/images/publish.sh"
  for image in image-builder image-operator; do "$DEV/cluster/cluster.sh" load-image "$CACHE/images/out/$image.tar"; done
  # A new cluster has no CRDs, and an old one those of another day. An operator that the demo left would work on the builds of
  # the operator's own tests; the end-to-end tests start it again.
  (
    . "$DEV/lib.sh"
    use_kubectl
    export KUBECONFIG=$IMAGEOPERATOR_TEST_KUBECONFIG
    kubectl kustomize crds | kubectl apply --validate=false -f -
    kubectl wait --for=condition=Established --timeout=60s $(kubectl kustomize crds | kubectl apply --validate=false --dry-run=client -o name -f -)
    if kubectl -n imageoperator-system get deployment image-operator > /dev/null 2>&1; then
      kubectl -n imageoperator-system scale deployment image-operator --replicas=0
      kubectl -n imageoperator-system wait --for=delete pod -l app.kubernetes.io/name=image-operator --timeout=60s
    fi
  )
  say "images and CRDs are in the cluster"
}

# Tests wait as often as they compute, so two lanes share two cores. What works on the cluster stays in one lane: an operator that one
# project starts would take up the builds of another. A project that is not named here is taken for one of those.
apart=' Architecture.Tests Cli.Tests Engine.Tests Platforms.Contract.Tests Provisioners.Tests Publishing.Tests Workspaces.Tests Ssh.Tests Qemu.Tests '
lane1=() lane2=()
for project in tests/*/*.Tests.csproj tests/*/*/*.Tests.csproj; do
  case $apart in
    *" $(basename "$project" .csproj) "*) lane2+=("$project") ;;
    *) lane1+=("$project") ;;
  esac
done
# A background job of a script does not hear Ctrl-C.
lanes=()
trap 'kill "${lanes[@]}" 2> /dev/null; exit 130' INT TERM
{
  [ "$WHAT" != all ] || prepare_cluster
  run_lane "${lane1[@]}"
} &
lanes+=($!)
run_lane "${lane2[@]}" &
lanes+=($!)
wait "${lanes[@]}" || true

passed=0 failed=0 skipped=0
for project in "${lane1[@]}" "${lane2[@]}"; do
  name=$(basename "$project" .csproj)
  # A lane that broke off has no count for what it did not run.
  read -r p f s _ < "$results/$name.count" || { p=0 f=1 s=0; say "$name: did not run"; }
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

# Two lanes on two cores make waits longer than a test may have allowed for. Up to three failed tests are run again, alone and
# once; what passes only then is named, for it is a flaw, too, of the test or of what it tests.
again=()
if [ "$failed" -gt 0 ] && [ "$failed" -le 3 ]; then
  for log in "$results"/*.log; do
    # 2 is the runner's word for tests that failed. One that crashed or did not end has not run them all: nothing mends that.
    read -r _ _ _ code < "${log%.log}.count" || continue
    [ "$code" = 2 ] || continue
    mapfile -t methods < <(sed -nE 's/^failed ([A-Za-z0-9_.+]+).*/\1/p' "$log" | sort -u)
    [ ${#methods[@]} -gt 0 ] || continue
    name=$(basename "$log" .log)
    assembly=$(find "artifacts/bin/$name/debug" -maxdepth 1 -name 'ImageOperator.*.Tests.dll' -print -quit)
    for method in "${methods[@]}"; do
      count=$(grep -cF -e "failed $method(" -e "failed $method " "$log")
      if timeout --kill-after=30 300 dotnet "$assembly" "${filter[@]}" --filter-method "$method" --no-ansi --progress off > "$results/$name.again" 2>&1; then
        passed=$((passed + count)) failed=$((failed - count))
        again+=("$method")
      else
        say "again, alone: $method failed"
        tail -n 60 "$results/$name.again" | cut -c1-1000
      fi
    done
  done
fi
for method in "${again[@]}"; do say "FLAKY: $method failed beside others, and passed alone"; done

say "done"
if [ "$skipped" = 0 ]; then echo "$passed passed, $failed failed"; else echo "$passed passed, $failed failed, $skipped skipped"; fi
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
