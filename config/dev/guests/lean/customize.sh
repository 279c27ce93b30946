#!/bin/bash
# Called by mmdebstrap with the root folder: a Debian that boots quickly under emulation and is configured by nocloud.
set -euo pipefail
ROOT=$1
HERE=$(dirname "$(readlink -f "$0")")

echo lean > "$ROOT/etc/hostname"
printf '127.0.0.1 localhost lean\n::1 localhost\n' > "$ROOT/etc/hosts"
echo 0123456789abcdef0123456789abcdef > "$ROOT/etc/machine-id"
echo 'LABEL=rootfs / ext4 defaults,noatime,errors=remount-ro 0 1' > "$ROOT/etc/fstab"

# Network: DHCP on every interface.
cat > "$ROOT/etc/systemd/network/80-dhcp.network" <<'INI'
[Match]
Type=ether
[Network]
DHCP=ipv4
IPv6AcceptRA=no
LinkLocalAddressing=no
[DHCPv4]
UseDomains=no
INI
chroot "$ROOT" systemctl enable systemd-networkd > /dev/null 2>&1
echo 'nameserver 10.0.2.3' > "$ROOT/etc/resolv.conf"

# SSH: keys come from the seed only.
rm -f "$ROOT"/etc/ssh/ssh_host_*
printf 'UseDNS no\nGSSAPIAuthentication no\nPrintMotd no\nPasswordAuthentication no\n' > "$ROOT/etc/ssh/sshd_config.d/guest.conf"
sed -i 's/^session.*pam_motd/#&/; s/^session.*pam_mail/#&/' "$ROOT/etc/pam.d/sshd"
install -m 755 "$HERE/../nocloud.sh" "$ROOT/usr/sbin/nocloud"
install -m 644 "$HERE/nocloud.service" "$HERE/ready.service" "$ROOT/etc/systemd/system/"
chroot "$ROOT" systemctl enable nocloud ready > /dev/null 2>&1

# logind hears the power button; it may start after the SSH server, so that it does not delay the boot.
install -D -m 644 /dev/stdin "$ROOT/etc/systemd/system/systemd-logind.service.d/late.conf" <<'INI'
[Unit]
After=ssh.service
INI

# What a test guest does not need.
for unit in apt-daily.timer apt-daily-upgrade.timer e2scrub_reap.service e2scrub_all.timer fstrim.timer dpkg-db-backup.timer \
  man-db.timer systemd-networkd-wait-online.service systemd-update-utmp.service systemd-update-utmp-runlevel.service \
  getty@tty1.service modprobe@drm.service modprobe@fuse.service modprobe@efi_pstore.service modprobe@loop.service \
  modprobe@dm_mod.service modprobe@configfs.service systemd-journal-flush.service systemd-binfmt.service systemd-pstore.service \
  systemd-random-seed.service systemd-fsck-root.service systemd-sysctl.service systemd-machine-id-commit.service systemd-network-generator.service \
  systemd-modules-load.service dev-hugepages.mount sys-kernel-debug.mount \
  sys-kernel-tracing.mount dev-mqueue.mount sys-kernel-config.mount sys-fs-fuse-connections.mount \
  proc-sys-fs-binfmt_misc.automount systemd-ask-password-wall.path systemd-ask-password-console.path; do
  ln -sf /dev/null "$ROOT/etc/systemd/system/$unit"
done
install -D -m 644 /dev/stdin "$ROOT/etc/systemd/journald.conf.d/guest.conf" <<'INI'
[Journal]
Storage=volatile
RateLimitIntervalSec=0
INI

# A small initial RAM disk: only what a virtio guest needs.
printf 'virtio_pci\nvirtio_blk\nvirtio_scsi\nsd_mod\nvirtio_net\nata_piix\n' > "$ROOT/etc/initramfs-tools/modules"
sed -i 's/^MODULES=.*/MODULES=list/; s/^COMPRESS=.*/COMPRESS=lz4/; s/^BUSYBOX=.*/BUSYBOX=n/' "$ROOT/etc/initramfs-tools/initramfs.conf"
chroot "$ROOT" update-initramfs -u -k all
