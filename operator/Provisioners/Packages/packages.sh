# Brings packages to the wanted state. Settings: IO_MANAGER IO_INSTALL IO_REMOVE (a name per line) IO_UPGRADE (safe, full or empty)
# IO_UPDATE IO_RECOMMENDS IO_CLEAN (1 or empty) IO_LOCK (seconds) IO_REPOS (a count) IO_REPO_n_{NAME,URL,SUITE,COMPONENTS,KEY,TRUSTED,TEMPORARY}
manager=$IO_MANAGER
if [ "$manager" = auto ]; then
  if have apt-get && [ -s /var/lib/dpkg/status ]; then manager=apt
  elif have apk; then manager=apk
  elif have zypper; then manager=zypper
  elif have dnf || have yum; then manager=dnf
  else fail 3 "the machine has none of apt-get, dnf, yum, zypper and apk" "use a shell step for its package manager"
  fi
fi
case $manager in
  apt) program=apt-get; tool=apt ;;
  dnf) program=dnf; have dnf || program=yum; tool=$program ;;
  *) program=$manager; tool=$manager ;;
esac
have "$program" || fail 3 "the machine has no $program" "set packages.manager to the machine's, or leave it out"
tell tool "$tool $($program --version 2> /dev/null | head -n 1 | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)"

work=$(mktemp -d)
temporary=
finish() {
  code=$?
  # Names are those of labels: without blanks.
  [ -z "$temporary" ] || rm -f $temporary
  if [ -s "$work/lines" ]; then
    grep -vxF -f "$work/lines" /etc/apk/repositories > "$work/kept" || true
    cat "$work/kept" > /etc/apk/repositories
  fi
  rm -rf "$work"
  exit $code
}
trap finish EXIT

now() { date +%s; }
# Runs the manager; while another holds its lock, again until the time is over.
locked() {
  deadline=$(($(now) + IO_LOCK))
  while :; do
    code=0
    "$@" 2> "$work/err" || code=$?
    cat "$work/err" >&2
    [ $code != 0 ] || return 0
    if ! grep -qiE 'could not get lock|unable to acquire the dpkg|unable to lock|is locked by|system management is locked|waiting for process with pid|another (app|copy)|failed to obtain the transaction lock' "$work/err"; then return $code; fi
    [ "$(now)" -lt $deadline ] || fail 4 "the package manager is in use by another process, and was for all of lockTimeout: $(grep -iE 'lock' "$work/err" | head -n 1)" \
      "wait for cloud-init or unattended upgrades first (a cloudInit step), or raise packages.lockTimeout"
    echo "another process uses the package manager: waiting"
    sleep 2
  done
}

installed() {
  case $manager in
    apt) dpkg-query -W -f '${db:Status-Status} ${Package}:${Architecture} ${Version}\n' | sed -n 's/^installed //p' ;;
    dnf | zypper) rpm -qa --qf '%{NAME}.%{ARCH} %{EPOCH}:%{VERSION}-%{RELEASE}\n' ;;
    # It warns of indices that were never read.
    apk) apk info -v 2> /dev/null ;;
  esac | sort
}

# ---------------------------------------------------------------- repositories
write() { # FILE: what stands on standard input
  mkdir -p "${1%/*}"
  cat > "$1"
  chmod 644 "$1"
}
# Not in write: what a pipe runs is a shell of its own.
remember() { [ -z "$once" ] || temporary="$temporary $1"; }

add_repository() { # NAME URL SUITE COMPONENTS KEY TRUSTED
  case $manager in
    apt)
      remember "/etc/apt/keyrings/$1.asc"
      remember "/etc/apt/sources.list.d/$1.sources"
      [ -n "$3" ] || fail 2 "repositories[$1].suite is not set" "apt needs it: bookworm for example, or ./ for a folder without suites"
      [ -z "$5" ] || printf '%s\n' "$5" | write "/etc/apt/keyrings/$1.asc"
      {
        printf 'Types: deb\nURIs: %s\nSuites: %s\n' "$2" "$3"
        [ -z "$4" ] || printf 'Components: %s\n' "$4"
        [ -z "$5" ] || printf 'Signed-By: /etc/apt/keyrings/%s.asc\n' "$1"
        [ -z "$6" ] || echo 'Trusted: yes'
      } | write "/etc/apt/sources.list.d/$1.sources"
      ;;
    dnf | zypper)
      folder=/etc/yum.repos.d
      [ $manager = dnf ] || folder=/etc/zypp/repos.d
      check=1
      [ -z "$6" ] || check=0
      key=/etc/pki/rpm-gpg/RPM-GPG-KEY-$1
      remember "$key"
      remember "$folder/$1.repo"
      if [ -n "$5" ]; then
        printf '%s\n' "$5" | write "$key"
        rpm --import "$key" || fail 2 "repositories[$1].key is no key that rpm can import"
      fi
      {
        printf '[%s]\nname=%s\nbaseurl=%s\nenabled=1\nautorefresh=1\ngpgcheck=%s\n' "$1" "$1" "$2" $check
        [ $check = 1 ] || echo 'repo_gpgcheck=0'
        [ -z "$5" ] || echo "gpgkey=file://$key"
      } | write "$folder/$1.repo"
      ;;
    apk)
      remember "/etc/apk/keys/$1.rsa.pub"
      [ -z "$5" ] || printf '%s\n' "$5" | write "/etc/apk/keys/$1.rsa.pub"
      [ -z "$6" ] || fail 2 "repositories[$1].trusted is not for apk, which would then check the signatures of no repository" "set repositories[$1].key, the repository's public key"
      if ! grep -qxF "$2" /etc/apk/repositories 2> /dev/null; then
        echo "$2" >> /etc/apk/repositories
        [ -z "$once" ] || echo "$2" >> "$work/lines"
      fi
      ;;
  esac
}

i=0
while [ $i -lt "$IO_REPOS" ]; do
  eval "once=\$IO_REPO_${i}_TEMPORARY"
  eval "add_repository \"\$IO_REPO_${i}_NAME\" \"\$IO_REPO_${i}_URL\" \"\$IO_REPO_${i}_SUITE\" \"\$IO_REPO_${i}_COMPONENTS\" \"\$IO_REPO_${i}_KEY\" \"\$IO_REPO_${i}_TRUSTED\""
  i=$((i + 1))
done

# ---------------------------------------------------------------- the four managers
apt() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a NEEDRESTART_SUSPEND=1 UCF_FORCE_CONFFOLD=1 LC_ALL=C locked apt-get -y -q \
    -o APT::Install-Recommends="$IO_RECOMMENDS_WORD" -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 "$@"
}
yum_like() {
  if [ $program = dnf ]; then locked dnf -y --setopt=exit_on_lock=True --setopt=install_weak_deps="$IO_RECOMMENDS_WORD" "$@"
  else locked yum -y "$@"
  fi
}
zypp() {
  code=0
  # Zero and less would be for ever.
  ZYPP_LOCK_TIMEOUT=$((IO_LOCK > 0 ? IO_LOCK : 1)) locked zypper --non-interactive "$@" || code=$?
  # 102 and 103: done, and a reboot or restart is advised; 106: some repositories were skipped.
  case $code in 0 | 102 | 103) ;; *) return $code ;; esac
}
IO_RECOMMENDS_WORD=false
zypp_recommends=--no-recommends
if [ -n "$IO_RECOMMENDS" ]; then IO_RECOMMENDS_WORD=true zypp_recommends=--recommends; fi

act() { # what the manager is to do, for an error
  what=$1
  shift
  "$@" || {
    code=$?
    fail $code "$what failed: $program ended with exit code $code$(grep -E '^E: |^Error|^ERROR|No match|not found' "$work/err" | head -n 1 | sed 's/^/: /')" ""
  }
}

installed > "$work/before"
empty() { [ ! -d "$1" ] || find "$1" -mindepth 1 -maxdepth 1 -exec rm -rf {} +; }
names() { printf '%s\n' "$1" | sed '/^$/d'; }
set -f
case $manager in
  apt)
    [ -z "$IO_UPDATE" ] || act "reading the repositories" apt -o APT::Update::Error-Mode=any update
    [ "$IO_UPGRADE" != safe ] || act "upgrading" apt upgrade
    [ "$IO_UPGRADE" != full ] || act "upgrading" apt dist-upgrade
    [ -z "$IO_INSTALL" ] || act "installing" apt --allow-downgrades install $(names "$IO_INSTALL")
    [ -z "$IO_REMOVE" ] || act "removing" apt --purge remove $(names "$IO_REMOVE")
    [ -z "$IO_CLEAN" ] || { act "cleaning" apt clean; act "cleaning" empty /var/lib/apt/lists; }
    ;;
  dnf)
    [ -z "$IO_UPDATE" ] || act "reading the repositories" yum_like makecache
    [ "$IO_UPGRADE" != safe ] || act "upgrading" yum_like upgrade
    if [ "$IO_UPGRADE" = full ]; then
      if [ $program = dnf ]; then act "upgrading" yum_like --allowerasing upgrade; else act "upgrading" yum_like upgrade; fi
    fi
    [ -z "$IO_INSTALL" ] || act "installing" yum_like install $(names "$IO_INSTALL")
    [ -z "$IO_REMOVE" ] || act "removing" yum_like remove $(names "$IO_REMOVE")
    [ -z "$IO_CLEAN" ] || act "cleaning" yum_like -q clean all
    ;;
  zypper)
    [ -z "$IO_UPDATE" ] || act "reading the repositories" zypp refresh
    [ "$IO_UPGRADE" != safe ] || act "upgrading" zypp update $zypp_recommends
    [ "$IO_UPGRADE" != full ] || act "upgrading" zypp dist-upgrade $zypp_recommends
    [ -z "$IO_INSTALL" ] || act "installing" zypp install --oldpackage $zypp_recommends $(names "$IO_INSTALL")
    if [ -n "$IO_REMOVE" ]; then
      # zypper calls the removal of what is not there an error.
      present=
      for name in $(names "$IO_REMOVE"); do ! rpm -q "$name" > /dev/null 2>&1 || present="$present $name"; done
      [ -z "$present" ] || act "removing" zypp remove $present
    fi
    [ -z "$IO_CLEAN" ] || act "cleaning" zypp --quiet clean --all
    ;;
  apk)
    [ -z "$IO_UPDATE" ] || act "reading the repositories" locked apk --wait "$IO_LOCK" update
    [ "$IO_UPGRADE" != safe ] || act "upgrading" locked apk --wait "$IO_LOCK" upgrade
    [ "$IO_UPGRADE" != full ] || act "upgrading" locked apk --wait "$IO_LOCK" upgrade --available
    [ -z "$IO_INSTALL" ] || act "installing" locked apk --wait "$IO_LOCK" add $(names "$IO_INSTALL")
    [ -z "$IO_REMOVE" ] || act "removing" locked apk --wait "$IO_LOCK" del $(names "$IO_REMOVE")
    [ -z "$IO_CLEAN" ] || act "cleaning" empty /var/cache/apk
    ;;
esac
set +f
installed > "$work/after"
# A count for people: nothing is counted where neither tool is there.
tell changed "$({ comm -3 "$work/before" "$work/after" || diff "$work/before" "$work/after" | sed -n 's/^[<>] //p'; } 2> /dev/null | awk '{print $1}' | sort -u | grep -c . || true)"
tell done 1
