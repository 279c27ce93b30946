#!/bin/sh
# Applies a NoCloud seed (a disk labelled cidata with user-data and meta-data) to this guest, once per instance-id.
# It knows the part of cloud-config that ImageOperator writes: ssh_keys, users, local-hostname. Runs under busybox and dash.
STATE=/var/lib/nocloud
WORK=/run/nocloud

# find_seed: sets SEED and KIND. The label stands at 32808 of an ISO 9660 volume, at 43 of FAT 12 and 16, at 71 of FAT 32.
label_at() { dd if="$1" bs=1 skip="$2" count=6 2>/dev/null | tr a-z A-Z; }
find_seed() {
	for SEED in /dev/vd[b-z] /dev/sr[0-9] /dev/sd[a-z] /dev/vd[b-z]1 /dev/sd[a-z]1; do
		[ -b "$SEED" ] || continue
		KIND=iso9660
		[ "$(label_at "$SEED" 32808)" = CIDATA ] && return 0
		KIND=vfat
		[ "$(label_at "$SEED" 43)" = CIDATA ] && return 0
		[ "$(label_at "$SEED" 71)" = CIDATA ] && return 0
	done
	return 1
}

# Writes WORK/host_key, WORK/host_key.pub and, for user number N, WORK/user.N.{name,shell,sudo,keys}.
read_user_data() {
	awk -v work="$WORK" '
		function value(line) { sub(/^[^:]*: */, "", line); return unquoted(line) }
		function unquoted(text) {
			sub(/ +$/, "", text)
			if (text ~ /^".*"$/ || text ~ /^\047.*\047$/) text = substr(text, 2, length(text) - 2)
			return text
		}
		block && /^    / { print substr($0, 5) > (work "/host_key"); next }
		{ block = 0 }
		/^[^ #]/ { section = $1 }
		section == "ssh_keys:" && /^  ed25519_private: *\|/ { block = 1 }
		section == "ssh_keys:" && /^  ed25519_public:/ { print value($0) > (work "/host_key.pub") }
		section == "users:" && /^  - name:/ { user++; keys = 0; sub(/^  - /, ""); print value($0) > (work "/user." user ".name") }
		section == "users:" && /^    [a-z_]+:/ { keys = ($1 == "ssh_authorized_keys:") }
		section == "users:" && /^    (shell|sudo):/ { name = $1; sub(/:/, "", name); print value($0) > (work "/user." user "." name) }
		section == "users:" && keys && /^      - / { sub(/^      - /, ""); print unquoted($0) > (work "/user." user ".keys") }
	' "$1"
}

install_host_key() {
	[ -s $WORK/host_key ] || return 0
	if command -v dropbearconvert >/dev/null; then
		rm -f /etc/dropbear/dropbear_*_host_key
		dropbearconvert openssh dropbear $WORK/host_key /etc/dropbear/dropbear_ed25519_host_key 2>/dev/null
	else
		rm -f /etc/ssh/ssh_host_*
		cp $WORK/host_key /etc/ssh/ssh_host_ed25519_key
		chmod 600 /etc/ssh/ssh_host_ed25519_key
		[ ! -s $WORK/host_key.pub ] || cp $WORK/host_key.pub /etc/ssh/ssh_host_ed25519_key.pub
	fi
}

# A guest without a seed and without a key still gets one of its own.
ensure_host_key() {
	if command -v dropbearkey >/dev/null; then
		[ -f /etc/dropbear/dropbear_ed25519_host_key ] || dropbearkey -t ed25519 -f /etc/dropbear/dropbear_ed25519_host_key >/dev/null 2>&1
	else
		[ -f /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
	fi
}

add_user() {
	name=$1 shell=$2
	grep -q "^$name:" /etc/passwd && return 0
	if command -v useradd >/dev/null; then
		useradd -m -s "$shell" "$name"
	else
		# busybox has no sudo: in this guest every user is another name of root, and sudo only runs its arguments.
		echo "$name:x:0:0:$name:/home/$name:/bin/sh" >>/etc/passwd
		echo "$name:*:19000:0:99999:7:::" >>/etc/shadow
		mkdir -p "/home/$name"
	fi
}

apply_users() {
	# Who could log in to the instance that this image was made from cannot log in to this one.
	if [ -f $STATE/users ]; then
		while read -r home; do rm -f "$home/.ssh/authorized_keys"; done <$STATE/users
	fi
	: >$STATE/users
	if [ -d /etc/sudoers.d ]; then rm -f /etc/sudoers.d/90-nocloud; fi
	for file in $WORK/user.*.name; do
		[ -f "$file" ] || continue
		user=${file%.name}
		name=$(cat "$file")
		shell=$(cat "$user.shell" 2>/dev/null || echo /bin/sh)
		add_user "$name" "$shell"
		home=$(awk -F: -v name="$name" '$1 == name { print $6 }' /etc/passwd)
		mkdir -p "$home/.ssh"
		cp "$user.keys" "$home/.ssh/authorized_keys" 2>/dev/null || : >"$home/.ssh/authorized_keys"
		chmod 700 "$home/.ssh"
		chmod 600 "$home/.ssh/authorized_keys"
		chown -R "$name" "$home/.ssh"
		echo "$home" >>$STATE/users
		if [ -d /etc/sudoers.d ] && [ -f "$user.sudo" ]; then
			echo "$name $(cat "$user.sudo")" >>/etc/sudoers.d/90-nocloud
			chmod 440 /etc/sudoers.d/90-nocloud
		fi
	done
}

apply_hostname() {
	name=$(sed -n 's/^local-hostname: *//p' "$1" | tr -d "\"'")
	[ -n "$name" ] || return 0
	echo "$name" >/etc/hostname
	hostname "$name"
	printf '127.0.0.1 localhost %s\n::1 localhost\n' "$name" >/etc/hosts
}

apply_seed() {
	mkdir -p $WORK/seed $STATE
	mount -t "$KIND" -o ro "$SEED" $WORK/seed || return 1
	cp $WORK/seed/user-data $WORK/seed/meta-data $WORK/
	umount $WORK/seed
	instance=$(sed -n 's/^instance-id: *//p' $WORK/meta-data | tr -d "\"'")
	if [ "$instance" = "$(cat $STATE/instance-id 2>/dev/null)" ]; then
		echo "nocloud: instance $instance is known, nothing to do"
		return 0
	fi
	read_user_data $WORK/user-data
	apply_hostname $WORK/meta-data
	apply_users
	install_host_key
	echo "$instance" >$STATE/instance-id
	echo "nocloud: applied instance $instance from $SEED"
}

umask 022
mkdir -m 700 -p $WORK
if find_seed; then
	apply_seed
else
	echo "nocloud: no seed"
fi
ensure_host_key
# The seed holds a private key: nothing of it stays in memory.
rm -rf $WORK
