#!/bin/bash
# A real one-node Kubernetes 1.20.2 in private namespaces of this machine, with pods, for tests.
#
#   dev-cluster.sh up [--api-only]   start it; returns when it is usable; does nothing when it is up
#   dev-cluster.sh down              end it and remove what it made
#   dev-cluster.sh status            what runs, with memory
#   dev-cluster.sh kubeconfig        where the kubeconfig is
#   dev-cluster.sh exec COMMAND...   run COMMAND inside the cluster's network, mount and process namespaces
#   dev-cluster.sh load-image TAR    load a docker-archive; does nothing when this archive is loaded already
#   dev-cluster.sh restart-apiserver [SECONDS]   kill the API server, leave it dead for so long (0), and start it again
#
# Nothing outside the namespaces changes: no mounts, iptables rules, interfaces or sysctls of the machine. It makes one
# cgroup per hierarchy and one folder, both removed by down, and forwards one port of the machine's loopback interface.
# Pods see the machine's folders through hostPath volumes. No package registry is reachable from inside.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

HERE=$(dirname "$(readlink -f "$0")")
SELF=$(readlink -f "$0")
export CLUSTER_DIR=${CLUSTER_DIR:-$CACHE/devcluster}
export CLUSTER_PORT=${CLUSTER_PORT:-16443}
export CLUSTER_CGROUP=${CLUSTER_CGROUP:-devcluster}
BIN=$CACHE/k8s/bin
PKI=$CLUSTER_DIR/pki
RUN=$CLUSTER_DIR/run
LOG=$CLUSTER_DIR/log
export KUBECONFIG=$CLUSTER_DIR/kubeconfig
NODE=node1
NODE_IP=10.123.0.1
POD_NETWORK=10.124.0.0/24
SERVICE_NETWORK=10.125.0.0/24
SERVICE_API_IP=10.125.0.1
ETCD_PORT=12379
PAUSE_IMAGE=localhost/pause:1
CONTAINERD=/run/containerd/containerd.sock

kubectl() { "$BIN/kubectl" "$@"; }

# ---------------------------------------------------------------- certificates
new_key() { openssl ecparam -genkey -name prime256v1 -noout -out "$1" 2> /dev/null; }

# new_certificate NAME SUBJECT USAGE [ALTERNATIVE_NAMES]
new_certificate() {
  new_key "$1.key"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  {
    echo "basicConstraints=CA:FALSE"
    echo "keyUsage=digitalSignature,keyEncipherment"
    echo "extendedKeyUsage=$3"
    if [ -n "${4:-}" ]; then echo "subjectAltName=$4"; fi
  } > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -sha256 \
    -extfile "$1.ext" -out "$1.crt" 2> /dev/null
  rm -f "$1.csr" "$1.ext"
}

# write_kubeconfig USER FILE: with the certificates inside, so that the file can be copied anywhere.
write_kubeconfig() {
  cat > "$2.partial" <<YAML
apiVersion: v1
kind: Config
clusters:
  - name: imageoperator-dev
    cluster:
      server: https://127.0.0.1:$CLUSTER_PORT
      certificate-authority-data: $(base64 -w0 < ca.crt)
users:
  - name: $1
    user:
      client-certificate-data: $(base64 -w0 < "$1.crt")
      client-key-data: $(base64 -w0 < "$1.key")
contexts:
  - name: imageoperator-dev
    context: { cluster: imageoperator-dev, user: $1 }
current-context: imageoperator-dev
YAML
  chmod 600 "$2.partial"
  mv "$2.partial" "$2"
}

make_certificates() {
  mkdir -p "$PKI"
  cd "$PKI"
  new_key ca.key
  openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj /CN=imageoperator-dev-ca -out ca.crt \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature 2> /dev/null
  local names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local
  new_certificate apiserver /CN=kube-apiserver serverAuth "$names,IP:127.0.0.1,IP:$NODE_IP,IP:$SERVICE_API_IP"
  new_certificate kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
  new_certificate front-proxy /CN=front-proxy-client clientAuth
  new_certificate admin /O=system:masters/CN=admin clientAuth
  new_certificate controller-manager /CN=system:kube-controller-manager clientAuth
  new_certificate scheduler /CN=system:kube-scheduler clientAuth
  new_certificate proxy /CN=system:kube-proxy clientAuth
  new_certificate node "/O=system:nodes/CN=system:node:$NODE" clientAuth,serverAuth "DNS:$NODE,IP:$NODE_IP"
  openssl genrsa -out service-account.key 2048 2> /dev/null
  openssl rsa -in service-account.key -pubout -out service-account.pub 2> /dev/null
  local user
  for user in controller-manager scheduler proxy node; do write_kubeconfig "$user" "$PKI/$user.kubeconfig"; done
  write_kubeconfig admin "$KUBECONFIG"
  cd - > /dev/null
}

# ---------------------------------------------------------------- images that are always there: pause and busybox
# pack_image REFERENCE FOLDER COMMAND_JSON ARCHIVE: a docker-archive of one layer
pack_image() {
  local work layer config
  work=$(mktemp -d "$CLUSTER_DIR/image.XXXXXX")
  tar -C "$2" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" .
  layer=$(sha256sum "$work/layer.tar" | cut -c1-64)
  printf '{"architecture":"amd64","os":"linux","config":{"Cmd":%s,"Env":["PATH=/bin:/sbin:/usr/bin:/usr/sbin"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$3" "$layer" > "$work/config.json"
  config=$(sha256sum "$work/config.json" | cut -c1-64).json
  mv "$work/config.json" "$work/$config"
  printf '[{"Config":"%s","RepoTags":["%s"],"Layers":["layer.tar"]}]' "$config" "$1" > "$work/manifest.json"
  tar -C "$work" -cf "$4" manifest.json "$config" layer.tar
  rm -rf "$work"
}

make_images() {
  local work name
  work=$(mktemp -d "$CLUSTER_DIR/rootfs.XXXXXX")
  mkdir -p "$CLUSTER_DIR/images" "$work/busybox"/{bin,etc,tmp,root,proc,sys,dev}
  chmod 1777 "$work/busybox/tmp"
  cp "$(command -v busybox)" "$work/busybox/bin/busybox"
  for name in $(busybox --list); do
    [ "$name" = busybox ] || ln -s busybox "$work/busybox/bin/$name"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' > "$work/busybox/etc/passwd"
  echo 'root:x:0:' > "$work/busybox/etc/group"
  pack_image docker.io/library/busybox:latest "$work/busybox" '["sh"]' "$CLUSTER_DIR/images/busybox.tar"
  # The pause container only has to sit there; its init reaps what the pod's containers leave behind.
  pack_image "$PAUSE_IMAGE" "$work/busybox" \
    '["/bin/sh","-c","trap \"exit 0\" TERM INT; while :; do sleep 3600 & wait $!; done"]' "$CLUSTER_DIR/images/pause.tar"
  rm -rf "$work"
}

# ---------------------------------------------------------------- configuration files
write_configuration() {
  cat > "$CLUSTER_DIR/containerd.toml" <<TOML
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
oom_score = 0
disabled_plugins = [
  "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs",
]
[grpc]
  address = "$CONTAINERD"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$PAUSE_IMAGE"
  disable_apparmor = true
  # Without CAP_SYS_RESOURCE runc cannot set -998 and dies with "can't get final child's PID from pipe: EOF".
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$CLUSTER_DIR/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
TOML
  mkdir -p "$CLUSTER_DIR/cni"
  cat > "$CLUSTER_DIR/cni/10-dev.conflist" <<JSON
{
  "cniVersion": "0.4.0",
  "name": "dev",
  "plugins": [
    {
      "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
      "ipam": { "type": "host-local", "ranges": [[{ "subnet": "$POD_NETWORK" }]], "routes": [{ "dst": "0.0.0.0/0" }] }
    },
    { "type": "portmap", "capabilities": { "portMappings": true } }
  ]
}
JSON
  cat > "$CLUSTER_DIR/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: { enabled: false }
  webhook: { enabled: true }
  x509: { clientCAFile: $PKI/ca.crt }
authorization: { mode: AlwaysAllow }
tlsCertFile: $PKI/node.crt
tlsPrivateKeyFile: $PKI/node.key
cgroupDriver: cgroupfs
cgroupRoot: /$CLUSTER_CGROUP
enforceNodeAllocatable: [pods]
failSwapOn: false
evictionHard: { memory.available: 50Mi, nodefs.available: "0%", imagefs.available: "0%", nodefs.inodesFree: "0%" }
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
clusterDomain: cluster.local
resolvConf: ""
healthzPort: 0
makeIPTablesUtilChains: true
syncFrequency: 10s
nodeStatusUpdateFrequency: 1s
kubeAPIQPS: 100
kubeAPIBurst: 100
YAML
  cat > "$CLUSTER_DIR/proxy.yaml" <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: { kubeconfig: $PKI/proxy.kubeconfig }
mode: iptables
clusterCIDR: $POD_NETWORK
hostnameOverride: $NODE
bindAddress: 0.0.0.0
metricsBindAddress: 127.0.0.1:10249
healthzBindAddress: 127.0.0.1:10256
conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s }
iptables: { minSyncPeriod: 0s, syncPeriod: 30s }
YAML
}

# ---------------------------------------------------------------- cgroups (version 1: one tree per controller)
make_cgroups() {
  local tree
  for tree in /sys/fs/cgroup/*/; do
    [ "$tree" != /sys/fs/cgroup/unified/ ] || continue
    mkdir -p "$tree$CLUSTER_CGROUP"
    if [ -f "${tree}cpuset.cpus" ]; then
      cat "${tree}cpuset.cpus" > "$tree$CLUSTER_CGROUP/cpuset.cpus"
      cat "${tree}cpuset.mems" > "$tree$CLUSTER_CGROUP/cpuset.mems"
    fi
  done
}
remove_cgroups() {
  local tree i
  for tree in /sys/fs/cgroup/*/; do
    for i in 1 2 3 4 5; do
      [ -d "$tree$CLUSTER_CGROUP" ] || break
      find "$tree$CLUSTER_CGROUP" -depth -type d -exec rmdir {} \; 2> /dev/null || true
      [ ! -d "$tree$CLUSTER_CGROUP" ] || sleep 0.2
    done
  done
}

# ---------------------------------------------------------------- inside the namespaces (this is their process 1)
daemon() {
  local name=$1
  shift
  "$@" > "$LOG/$name.log" 2>&1 < /dev/null &
  echo $! > "$RUN/$name.inner-pid"
}

prepare_node() {
  ip link add node0 type bridge
  ip addr add "$NODE_IP/24" dev node0
  ip link set node0 up
  # Without it the API server finds no way to a Service: to webhooks, and to aggregated APIs.
  ip route add "$SERVICE_NETWORK" dev node0
  # No default route: kubelet's search for a cloud (169.254.169.254, DNS) then fails at once, not after 11 s.
  mount --make-rshared /
  # What kubelet, containerd and CNI write at fixed places is private to this mount namespace.
  mount -t tmpfs tmpfs /run
  mkdir -p /run/lock
  mkdir -p /var/lib/kubelet /var/lib/cni /var/lib/containerd /var/log/pods /var/log/containers
  mkdir -p "$CLUSTER_DIR"/{kubelet,pod-logs,container-logs,containerd}
  mount --bind "$CLUSTER_DIR/kubelet" /var/lib/kubelet
  mount --bind "$CLUSTER_DIR/pod-logs" /var/log/pods
  mount --bind "$CLUSTER_DIR/container-logs" /var/log/containers
  mount --bind "$CLUSTER_DIR/containerd" /var/lib/containerd
  mount -t tmpfs tmpfs /var/lib/cni
  # kubelet sets these sysctls on the whole machine: give it files that already hold what it wants.
  local setting number=0
  for setting in vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1 vm/panic_on_oom=0 \
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
    number=$((number + 1))
    echo "${setting#*=}" > "/run/sysctl.$number"
    mount --bind "/run/sysctl.$number" "/proc/sys/${setting%%=*}"
  done
  echo 1 > /proc/sys/net/ipv4/ip_forward
  echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables
}

start_etcd() {
  mkdir -p -m 700 "$CLUSTER_DIR/etcd"
  daemon etcd etcd --data-dir "$CLUSTER_DIR/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
    --listen-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))" --initial-advertise-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))" \
    --initial-cluster "default=http://127.0.0.1:$((ETCD_PORT + 1))"
}

start_apiserver() {
  local address=127.0.0.1 extra=(--endpoint-reconciler-type=none)
  if [ "$CLUSTER_MODE" = full ]; then
    address=$NODE_IP
    extra=()
  fi
  daemon apiserver "$BIN/kube-apiserver" --etcd-servers="http://127.0.0.1:$ETCD_PORT" \
    --bind-address=0.0.0.0 --secure-port="$CLUSTER_PORT" --advertise-address="$address" --cert-dir="$CLUSTER_DIR/apiserver" \
    --tls-cert-file="$PKI/apiserver.crt" --tls-private-key-file="$PKI/apiserver.key" --client-ca-file="$PKI/ca.crt" \
    --kubelet-client-certificate="$PKI/kubelet-client.crt" --kubelet-client-key="$PKI/kubelet-client.key" \
    --kubelet-certificate-authority="$PKI/ca.crt" --kubelet-preferred-address-types=InternalIP \
    --service-account-key-file="$PKI/service-account.pub" --service-account-signing-key-file="$PKI/service-account.key" \
    --service-account-issuer=https://kubernetes.default.svc --api-audiences=https://kubernetes.default.svc \
    --requestheader-client-ca-file="$PKI/ca.crt" --requestheader-allowed-names=front-proxy-client \
    --requestheader-extra-headers-prefix=X-Remote-Extra- --requestheader-group-headers=X-Remote-Group \
    --requestheader-username-headers=X-Remote-User \
    --proxy-client-cert-file="$PKI/front-proxy.crt" --proxy-client-key-file="$PKI/front-proxy.key" \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
    --service-cluster-ip-range="$SERVICE_NETWORK" "${extra[@]}"
}

start_controllers() {
  daemon controller-manager "$BIN/kube-controller-manager" --kubeconfig="$PKI/controller-manager.kubeconfig" \
    --authentication-kubeconfig="$PKI/controller-manager.kubeconfig" --authorization-kubeconfig="$PKI/controller-manager.kubeconfig" \
    --service-account-private-key-file="$PKI/service-account.key" --root-ca-file="$PKI/ca.crt" --use-service-account-credentials=true \
    --bind-address=127.0.0.1 --port=0 --secure-port=$((CLUSTER_PORT + 1)) --cert-dir="$CLUSTER_DIR/controller-manager" \
    --leader-elect=false --kube-api-qps=500 --kube-api-burst=500 \
    --cluster-signing-cert-file="$PKI/ca.crt" --cluster-signing-key-file="$PKI/ca.key"
  daemon scheduler "$BIN/kube-scheduler" --kubeconfig="$PKI/scheduler.kubeconfig" \
    --authentication-kubeconfig="$PKI/scheduler.kubeconfig" --authorization-kubeconfig="$PKI/scheduler.kubeconfig" \
    --bind-address=127.0.0.1 --port=0 --secure-port=$((CLUSTER_PORT + 2)) --cert-dir="$CLUSTER_DIR/scheduler" --leader-elect=false
}

start_node() {
  daemon kubelet "$BIN/kubelet" --config="$CLUSTER_DIR/kubelet.yaml" --kubeconfig="$PKI/node.kubeconfig" \
    --hostname-override="$NODE" --node-ip="$NODE_IP" --container-runtime=remote \
    --container-runtime-endpoint="unix://$CONTAINERD" --v=2
  daemon proxy "$BIN/kube-proxy" --config="$CLUSTER_DIR/proxy.yaml" --v=2
}

api_ready() {
  curl -sf --cacert "$PKI/ca.crt" --cert "$PKI/admin.crt" --key "$PKI/admin.key" "https://127.0.0.1:$CLUSTER_PORT/readyz" > /dev/null
}

inside() {
  trap : TERM INT HUP
  ip link set lo up
  if [ "$CLUSTER_MODE" = full ]; then
    prepare_node
    daemon containerd containerd --config "$CLUSTER_DIR/containerd.toml"
  fi
  rm -f "$CLUSTER_DIR/api.sock"
  start_etcd
  start_apiserver
  daemon forward socat "UNIX-LISTEN:$CLUSTER_DIR/api.sock,fork" "TCP:127.0.0.1:$CLUSTER_PORT"
  if [ "$CLUSTER_MODE" = full ]; then
    until ctr -a "$CONTAINERD" version > /dev/null 2>&1; do sleep 0.1; done
    local archive
    for archive in "$CLUSTER_DIR"/images/*.tar; do
      ctr -a "$CONTAINERD" -n k8s.io images import "$archive" >> "$LOG/import.log" 2>&1
    done
  fi
  until api_ready; do sleep 0.1; done
  touch "$RUN/api.ready"
  start_controllers
  if [ "$CLUSTER_MODE" = full ]; then start_node; fi
  # Reap everything, for ever.
  while :; do wait -n 2> /dev/null || sleep 0.2; done
}

# ---------------------------------------------------------------- up, down, status
# wait_until SECONDS COMMAND...: also ends when the cluster's process 1 ends.
wait_until() {
  local i tries=$(($1 * 10))
  shift
  for i in $(seq "$tries"); do
    "$@" > /dev/null 2>&1 && return
    process_alive "$RUN/init" > /dev/null || return 1
    sleep 0.1
  done
  return 1
}
failed() {
  local name
  for name in init "$@"; do
    echo "--- the end of $LOG/$name.log" >&2
    tail -n 5 "$LOG/$name.log" >&2 || true
  done
  die "$FAILURE; all logs are in $LOG"
}
node_ready() { [ "$(kubectl get node "$NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]; }

up() {
  require_root
  CLUSTER_MODE=full
  [ "${1:-}" != --api-only ] || CLUSTER_MODE=api
  export CLUSTER_MODE
  if process_alive "$RUN/init" > /dev/null && [ -f "$RUN/api.ready" ]; then
    cached "cluster on port $CLUSTER_PORT, KUBECONFIG=$KUBECONFIG"
    return
  fi
  "$HERE/build-kubernetes.sh"
  install_packages etcd-server openssl socat curl iproute2 util-linux busybox-static
  [ "$CLUSTER_MODE" = api ] || install_packages containerd runc containernetworking-plugins iptables conntrack
  down
  require_space "$CLUSTER_DIR" 3000 "the cluster"
  require_port "$CLUSTER_PORT" CLUSTER_PORT
  started
  mkdir -p "$RUN" "$LOG"
  touch "$CLUSTER_DIR/.devcluster"
  make_certificates
  write_configuration
  if [ "$CLUSTER_MODE" = full ]; then
    make_images
    make_cgroups
  fi

  setsid unshare --mount --propagation private --net --pid --fork --kill-child --mount-proc -- \
    "$BASH" "$SELF" __inside > "$LOG/init.log" 2>&1 < /dev/null 9>&- &
  local unshare=$! init='' i
  record_process "$RUN/unshare" "$unshare"
  for i in $(seq 100); do
    read -r init _ < "/proc/$unshare/task/$unshare/children" 2> /dev/null || true
    [ -z "$init" ] || break
    sleep 0.02
  done
  [ -n "$init" ] || die "no namespaces: $(cat "$LOG/init.log")"
  record_process "$RUN/init" "$init"

  FAILURE="the API server did not come up"
  wait_until 10 test -S "$CLUSTER_DIR/api.sock" || failed
  setsid socat "TCP-LISTEN:$CLUSTER_PORT,bind=127.0.0.1,reuseaddr,fork" "UNIX-CONNECT:$CLUSTER_DIR/api.sock" \
    > "$LOG/socat.log" 2>&1 < /dev/null 9>&- &
  record_process "$RUN/socat" $!
  wait_until 120 test -f "$RUN/api.ready" || failed apiserver etcd
  FAILURE="the controllers did not come up"
  wait_until 60 kubectl get serviceaccount default || failed controller-manager
  if [ "$CLUSTER_MODE" = full ]; then
    FAILURE="the node did not get ready"
    wait_until 90 node_ready || failed kubelet containerd
    kubectl label --overwrite node "$NODE" node-role.kubernetes.io/worker= > /dev/null
  fi
  finished "cluster on port $CLUSTER_PORT, KUBECONFIG=$KUBECONFIG"
}

down() {
  [ -f "$CLUSTER_DIR/.devcluster" ] || return 0
  end_process "$RUN/socat" TERM
  end_process "$RUN/init" KILL
  end_process "$RUN/unshare" KILL
  remove_cgroups
  ! grep -q " $CLUSTER_DIR/" /proc/self/mountinfo || die "something is still mounted below $CLUSTER_DIR; see: grep $CLUSTER_DIR /proc/mounts"
  rm -rf --one-file-system "${CLUSTER_DIR:?}"
}

in_cluster() {
  local init
  init=$(process_alive "$RUN/init") || die "the cluster is down; start it with: $SELF up"
  nsenter -t "$init" -m -n -p --wd="$PWD" -- env PATH="$BIN:$PATH" "$@"
}

status() {
  local file name
  process_alive "$RUN/init" > /dev/null || { say "down"; return 1; }
  say "up on port $CLUSTER_PORT, KUBECONFIG=$KUBECONFIG"
  for file in "$RUN"/*.inner-pid; do
    name=$(basename "$file" .inner-pid)
    in_cluster awk -v name="$name" -v pid="$(cat "$file")" \
      '/^VmRSS/ {printf "  %-20s pid %-6s %6d MiB\n", name, pid, $2 / 1024}' "/proc/$(cat "$file")/status" 2> /dev/null || echo "  $name: gone"
  done
}

# What a crash of the API server is to everything else: no goodbye, and connections that break.
restart_apiserver() {
  started
  in_cluster "$BASH" "$SELF" __restart_apiserver "${1:-0}" || die "the API server did not come up; see $LOG/apiserver.log"
  wait_until 60 api_ready || die "the API server does not answer on port $CLUSTER_PORT; see $LOG/apiserver.log"
  finished "API server restarted"
}
inside_restart_apiserver() {
  CLUSTER_MODE=api
  [ ! -f "$RUN/kubelet.inner-pid" ] || CLUSTER_MODE=full
  kill -KILL "$(cat "$RUN/apiserver.inner-pid")"
  sleep "$1"
  start_apiserver
}

load_image() {
  local archive manifest digest stamp
  archive=$(readlink -e "$1") || die "no such file: $1"
  # The manifest names the configuration and the layers by digest: it is the identity of the image.
  manifest=$(tar -xOf "$archive" manifest.json) || die "$1 is not a docker-archive"
  digest=$(sha256sum <<< "$manifest" | cut -c1-64)
  stamp=$CLUSTER_DIR/loaded/$(sed 's/.*"RepoTags":\["\([^"]*\)".*/\1/; s/[^A-Za-z0-9.-]/_/g' <<< "$manifest")
  if up_to_date "$stamp" "$digest"; then
    cached "$(basename "$archive") in the cluster"
    return
  fi
  started
  mkdir -p "$CLUSTER_DIR/loaded"
  in_cluster ctr -a "$CONTAINERD" -n k8s.io images import "$archive" > "$LOG/load-image.log" 2>&1 ||
    die "cannot load $1: $(tail -n 3 "$LOG/load-image.log")"
  echo "$digest" > "$stamp"
  finished "loaded $(basename "$archive") into the cluster"
}

mkdir -p "$CACHE"
case ${1:-} in
  up) lock "cluster.$CLUSTER_PORT"; shift; up "$@" ;;
  down) lock "cluster.$CLUSTER_PORT"; down; say "down" ;;
  status) status ;;
  kubeconfig) echo "$KUBECONFIG" ;;
  exec) shift; in_cluster "$@" ;;
  load-image) [ $# = 2 ] || die "load-image wants one archive"; load_image "$2" ;;
  restart-apiserver) restart_apiserver "${2:-0}" ;;
  __inside) inside ;;
  __restart_apiserver) inside_restart_apiserver "$2" ;;
  *) sed -n '2,14p' "$0"; exit 2 ;;
esac
