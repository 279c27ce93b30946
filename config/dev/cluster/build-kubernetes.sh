#!/bin/bash
# Builds kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, kube-proxy and kubectl 1.20.2 from Debian
# bookworm's source package with Debian's Go; the first run takes 3 to 7 minutes, every later run nothing.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

WORK=$CACHE/k8s
BIN=$WORK/bin
SOURCE_VERSION='1.20.5+really1.20.2-1.1+deb12u1'
# No cloud SDKs and no dockershim: 40 % less to build, and kubelet does not wait 5 s for Docker.
TAGS='providerless dockerless'
SERVER_STAMP="kubernetes $SOURCE_VERSION; tags $TAGS; recipe 1"
KUBECTL_STAMP="$SERVER_STAMP; kubectl"
SERVERS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy)

lock k8s-build
wanted=()
up_to_date "$BIN/stamp" "$SERVER_STAMP" || wanted+=("${SERVERS[@]}")
up_to_date "$BIN/stamp.kubectl" "$KUBECTL_STAMP" || wanted+=(kubectl)
if [ ${#wanted[@]} = 0 ]; then
  cached "Kubernetes 1.20.2 in $BIN"
  exit 0
fi
require_space "$WORK" 4000 "building Kubernetes"
install_packages golang-go golang-github-modern-go-reflect2-dev dpkg-dev

fetch_source() {
  [ -f "$WORK/kubernetes_$SOURCE_VERSION.dsc" ] && return
  local mirror apt
  mirror=$(debian_mirror)
  mkdir -p "$WORK/apt/lists/partial"
  # A private source list: bookworm has no deb-src by default.
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm main" > "$WORK/apt/sources.list"
  apt=(apt-get -qq -o "Dir::Etc::SourceList=$WORK/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$WORK/apt/lists" -o APT::Sandbox::User=root)
  "${apt[@]}" update
  (cd "$WORK" && "${apt[@]}" --download-only source "kubernetes=$SOURCE_VERSION") ||
    die "Debian's source package kubernetes $SOURCE_VERSION cannot be downloaded; if the mirror has moved on, change SOURCE_VERSION in $0"
}

unpack_source() {
  [ -f "$WORK/src/.patched" ] && return
  rm -rf "$WORK/src" "$WORK/src.partial"
  dpkg-source -x "$WORK/kubernetes_$SOURCE_VERSION.dsc" "$WORK/src.partial" > /dev/null
  # The vendored reflect2 1.0.1 breaks maps under Go >= 1.18 (SIGSEGV on the first custom resource): take Debian's 1.0.2.
  rm -rf "$WORK/src.partial/vendor/github.com/modern-go/reflect2"
  cp -a /usr/share/gocode/src/github.com/modern-go/reflect2 "$WORK/src.partial/vendor/github.com/modern-go/reflect2"
  # For quick tests: kubelet reports pod status every second, not every ten; a pod that failed to sync is tried again after 2 s.
  sed -i 's/^const syncPeriod = 10 \* time.Second/const syncPeriod = 1 * time.Second/' "$WORK/src.partial/pkg/kubelet/status/status_manager.go"
  sed -i 's/backOffPeriod = time.Second \* 10$/backOffPeriod = time.Second * 2/' "$WORK/src.partial/pkg/kubelet/kubelet.go"
  touch "$WORK/src.partial/.patched"
  mv "$WORK/src.partial" "$WORK/src"
}

# The OpenAPI definitions are generated, not shipped; without them kube-apiserver does not compile.
generate_openapi() {
  local folders output=pkg/generated/openapi/zz_generated.openapi.go
  [ -f "$output" ] && return
  go build -o "$WORK/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  folders=$(grep -rl --include='*.go' '^// *+k8s:openapi-gen=' \
    vendor/k8s.io/{api,apimachinery,apiextensions-apiserver,apiserver,kube-aggregator,metrics,client-go,component-base,kubelet}/ \
    vendor/k8s.io/kube-*/ pkg cmd | grep -v /testdata/ | xargs -n1 dirname | LC_ALL=C sort -u)
  "$WORK/openapi-gen" --logtostderr -i "$(sed 's#^#k8s.io/kubernetes/#' <<< "$folders" | paste -sd,)" \
    -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi.partial \
    -h hack/boilerplate/boilerplate.generatego.txt -r "$WORK/violations.report"
  mv pkg/generated/openapi/zz_generated.openapi.partial.go "$output"
}

started
fetch_source
unpack_source
finished "source of Kubernetes 1.20.2"

# Module mode refuses ("updates to go.mod needed"): build in GOPATH mode, as Debian's own rules do.
export GOPATH=$WORK/gopath GOCACHE=$WORK/gocache GO111MODULE=off GOFLAGS='' GOPROXY=off CGO_ENABLED=0
mkdir -p "$GOPATH/src/k8s.io" "$BIN.partial" "$BIN"
ln -sfn "$WORK/src" "$GOPATH/src/k8s.io/kubernetes"
cd "$GOPATH/src/k8s.io/kubernetes"

started
generate_openapi
finished "OpenAPI definitions"

started
flags="-s -w"
for package in component-base/version client-go/pkg/version; do
  variable=k8s.io/kubernetes/vendor/k8s.io/$package
  flags="$flags -X $variable.gitVersion=v1.20.2 -X $variable.gitMajor=1 -X $variable.gitMinor=20 -X $variable.gitTreeState=archive"
  flags="$flags -X $variable.gitCommit=faecb196815e248d3ecfb03c680a4507229c2a56 -X $variable.buildDate=2021-01-13T00:00:00Z"
done
nice go build -trimpath -tags "$TAGS" -ldflags "$flags" -o "$BIN.partial/" "${wanted[@]/#/./cmd/}"
mv -f "$BIN.partial"/* "$BIN/"
rmdir "$BIN.partial"
[[ " ${wanted[*]} " != *" kubelet "* ]] || echo "$SERVER_STAMP" > "$BIN/stamp"
echo "$KUBECTL_STAMP" > "$BIN/stamp.kubectl"
finished "built ${wanted[*]} into $BIN"
