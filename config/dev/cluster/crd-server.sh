#!/bin/bash
# crd-server.sh up | down | status | kubeconfig
# The current CRD server (CEL rules) with its own etcd, on the machine's loopback interface. Ready in about a second.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

HERE=$(dirname "$(readlink -f "$0")")
FOLDER=${CRD_SERVER_DIR:-$CACHE/crd-server}
PORT=${CRD_SERVER_PORT:-16643}
ETCD_PORT=${CRD_SERVER_ETCD_PORT:-16644}
ETCD_PEER_PORT=${CRD_SERVER_ETCD_PEER_PORT:-16645}
KUBECONFIG_FILE=$FOLDER/kubeconfig

running() { process_alive "$FOLDER/etcd.pid" > /dev/null && process_alive "$FOLDER/server.pid" > /dev/null; }
ready() { curl -sf --cacert "$FOLDER/tls/server.crt" "https://127.0.0.1:$PORT/readyz" > /dev/null; }

down() {
  end_process "$FOLDER/server.pid" TERM
  end_process "$FOLDER/etcd.pid" KILL
  [ ! -f "$FOLDER/.crd-server" ] || rm -rf --one-file-system "${FOLDER:?}"
}

certificate() {
  mkdir -p "$FOLDER/tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=crd-server \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$FOLDER/tls/server.key" -out "$FOLDER/tls/server.crt" 2> /dev/null
}

write_kubeconfig() {
  cat > "$KUBECONFIG_FILE.partial" <<YAML
apiVersion: v1
kind: Config
clusters:
  - name: crd-server
    cluster:
      server: https://127.0.0.1:$PORT
      certificate-authority-data: $(base64 -w0 < "$FOLDER/tls/server.crt")
users:
  - name: anonymous
    user: { token: anyone }
contexts:
  - name: crd-server
    context: { cluster: crd-server, user: anonymous }
current-context: crd-server
YAML
  mv "$KUBECONFIG_FILE.partial" "$KUBECONFIG_FILE"
}

up() {
  if running && ready; then
    cached "CRD server on port $PORT, KUBECONFIG=$KUBECONFIG_FILE"
    return
  fi
  "$HERE/build-crd-server.sh"
  install_packages etcd-server openssl curl
  down
  require_port "$PORT" CRD_SERVER_PORT
  require_port "$ETCD_PORT" CRD_SERVER_ETCD_PORT
  require_port "$ETCD_PEER_PORT" CRD_SERVER_ETCD_PEER_PORT
  started
  mkdir -p "$FOLDER"
  touch "$FOLDER/.crd-server"
  mkdir -m 700 "$FOLDER/etcd"
  certificate
  setsid etcd --data-dir "$FOLDER/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
    --listen-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" --initial-advertise-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
    --initial-cluster "default=http://127.0.0.1:$ETCD_PEER_PORT" > "$FOLDER/etcd.log" 2>&1 < /dev/null 9>&- &
  record_process "$FOLDER/etcd.pid" $!
  setsid "$CACHE/k8s-cel/bin/crd-server" --etcd-servers="http://127.0.0.1:$ETCD_PORT" --etcd-prefix=/crd-server \
    --bind-address=127.0.0.1 --secure-port="$PORT" --tls-cert-file="$FOLDER/tls/server.crt" \
    --tls-private-key-file="$FOLDER/tls/server.key" > "$FOLDER/server.log" 2>&1 < /dev/null 9>&- &
  record_process "$FOLDER/server.pid" $!
  local i
  for i in $(seq 300); do
    if ready; then
      write_kubeconfig
      finished "CRD server on port $PORT, KUBECONFIG=$KUBECONFIG_FILE"
      return
    fi
    running || break
    sleep 0.1
  done
  tail -n 5 "$FOLDER/etcd.log" "$FOLDER/server.log" >&2
  die "the CRD server did not come up; its logs are in $FOLDER"
}

mkdir -p "$CACHE"
case ${1:-} in
  up) lock crd-server; up ;;
  down) lock crd-server; down; say "down" ;;
  status)
    if running && ready; then
      say "up on port $PORT, KUBECONFIG=$KUBECONFIG_FILE"
    else
      say "down"
      exit 1
    fi ;;
  kubeconfig) echo "$KUBECONFIG_FILE" ;;
  *) sed -n '2,3p' "$0"; exit 2 ;;
esac
