#!/bin/bash
# Called by mmdebstrap with the root folder: the user of the containers, and nothing that only a package manager needs.
set -euo pipefail
ROOT=$1

echo 'imageoperator:x:65532:65532:ImageOperator:/home/imageoperator:/usr/sbin/nologin' >> "$ROOT/etc/passwd"
echo 'imageoperator:x:65532:' >> "$ROOT/etc/group"
install -d -m 755 -o 65532 -g 65532 "$ROOT/home/imageoperator"
rm -rf "$ROOT"/var/lib/apt/lists/* "$ROOT"/var/cache/{debconf,ldconfig}/* "$ROOT"/var/log/* "$ROOT"/usr/share/{doc,info,lintian,bash-completion}
