#!/bin/bash
# guests.sh [tiny] [tiny-uefi] [broken-ssh] [lean] - makes bootable guest images in the cache folder, each with a .sha256 beside it
#
#   tiny        busybox, dropbear, Debian's cloud kernel: boots to SSH in 2 to 4 s under emulation
#   tiny-uefi   the same for UEFI firmware
#   broken-ssh  the same, its SSH server never starts
#   lean        Debian with systemd, networkd, sshd, sudo, python3: 15 to 20 s
#
# No keys and no users are in them: they come from a NoCloud seed (nocloud.sh).
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

HERE=$(dirname "$(readlink -f "$0")")
GUESTS=$CACHE/guests
WORK=$GUESTS/work
DEBS=$CACHE/debs
COMMAND_LINE="console=tty0 console=ttyS0,115200 quiet net.ifnames=0 mitigations=off random.trust_cpu=1"
INITRD_MODULES="virtio_ring virtio virtio_pci_modern_dev virtio_pci_legacy_dev virtio_pci failover net_failover virtio_net virtio_blk"
ROOT_MODULES="cdrom isofs fat vfat nls_cp437 nls_ascii button evdev"

# ---------------------------------------------------------------- tiny
# Packages are unpacked, not installed: the kernel's alone, without the dependencies that would make it an hour's work.
unpack_packages() {
  local folder=$1 package file
  shift
  mkdir -p "$DEBS" "$folder.partial"
  for package in "$@"; do
    # Asked in an empty folder: apt names no file that is there already.
    file=$(cd "$folder.partial/.." && apt-get -qq -o APT::Sandbox::User=root --print-uris download "$package" | awk '{print $2; exit}')
    [ -n "$file" ] || die "apt does not know the package $package; run apt-get update"
    [ -f "$DEBS/$file" ] || (cd "$DEBS" && apt-get -qq -o APT::Sandbox::User=root download "$package") || die "cannot download $package; run apt-get update and try again"
    dpkg -x "$DEBS/$file" "$folder.partial"
  done
  mv "$folder.partial" "$folder"
}

make_tiny_root() {
  local root=$WORK/tiny kernel=$WORK/kernel initrd=$WORK/initrd packages=$WORK/packages image module name
  apt-cache show linux-image-cloud-amd64 > /dev/null 2>&1 || apt-get -qq update
  image=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image-[0-9]/ {print $2; exit}')
  rm -rf "$root" "$kernel"* "$initrd" "$packages"*
  unpack_packages "$kernel" "$image"
  unpack_packages "$packages" busybox-static dropbear-bin openssh-sftp-server libc6 libcrypt1 libtomcrypt1 libtommath1 libgmp10 zlib1g

  mkdir -p "$root"/{dev,proc,sys,run,tmp,root,home,mnt,boot} "$root"/etc/{dropbear,acpi/PWRF} "$root"/var/{lib,log,tmp} \
    "$root"/usr/{bin,sbin,lib,lib64,lib/modules,local/bin,local/sbin}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  chmod 700 "$root/root"
  # Debian's packages of bookworm still have /bin and /usr/bin: everything goes below /usr.
  for name in bin sbin lib lib64; do
    [ ! -d "$packages/$name" ] || cp -a "$packages/$name/." "$root/usr/$name/"
    [ ! -d "$packages/usr/$name" ] || cp -a "$packages/usr/$name/." "$root/usr/$name/"
    ln -s "usr/$name" "$root/$name"
  done
  rm -rf "$root/usr/lib/x86_64-linux-gnu/gconv" "$root/usr/lib/systemd"
  for name in $("$root/usr/bin/busybox" --list); do
    [ -e "$root/usr/bin/$name" ] || [ -e "$root/usr/sbin/$name" ] || ln -s busybox "$root/usr/bin/$name"
  done
  for module in $ROOT_MODULES; do
    find "$kernel/lib/modules" -name "$module.ko" -exec cp {} "$root/usr/lib/modules/" \;
  done

  rm -f "$root"/usr/{bin,sbin}/{init,shutdown,sudo}
  install -m 755 "$HERE/tiny/init" "$root/usr/sbin/init"
  install -m 755 "$HERE/tiny/shutdown" "$root/usr/sbin/shutdown"
  install -m 755 "$HERE/tiny/shutdown" "$root/usr/bin/systemctl"
  install -m 755 "$HERE/tiny/sudo" "$root/usr/bin/sudo"
  install -m 755 "$HERE/tiny/power-button" "$root/etc/acpi/PWRF/00000080"
  install -m 755 "$HERE/nocloud.sh" "$root/usr/sbin/nocloud"
  echo tiny > "$root/etc/hostname"
  echo '127.0.0.1 localhost' > "$root/etc/hosts"
  echo 'nameserver 10.0.2.3' > "$root/etc/resolv.conf"
  echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
  echo 'root:x:0:' > "$root/etc/group"
  echo 'root:*:19000:0:99999:7:::' > "$root/etc/shadow"
  chmod 600 "$root/etc/shadow"
  echo /bin/sh > "$root/etc/shells"
  printf 'ID=tiny\nNAME="ImageOperator tiny test guest"\nVERSION_ID=1\n' > "$root/etc/os-release"

  mkdir -p "$initrd"/{bin,dev,proc,sys,mnt,lib/modules}
  cp "$root/usr/bin/busybox" "$initrd/bin/"
  for name in sh mount umount insmod switch_root usleep; do ln -s busybox "$initrd/bin/$name"; done
  for module in $INITRD_MODULES; do
    find "$kernel/lib/modules" -name "$module.ko" -exec cp {} "$initrd/lib/modules/" \;
  done
  install -m 755 "$HERE/tiny/initrd-init" "$initrd/init"
  (cd "$initrd" && find . | LC_ALL=C sort | cpio -o -H newc --quiet --owner 0:0 | lz4 -l -9 -q) > "$WORK/tiny-initrd.img"
}

make_tiny() {
  local name=$1 firmware=bios
  make_tiny_root
  [ "$name" != broken-ssh ] || touch "$WORK/tiny/etc/no-sshd"
  [ "$name" != tiny-uefi ] || firmware=uefi
  "$HERE/disk.sh" "$WORK/tiny" "$GUESTS/$name.partial" 512M "$firmware" "$(echo "$WORK"/kernel/boot/vmlinuz-*)" "$WORK/tiny-initrd.img" "$COMMAND_LINE"
}

# ---------------------------------------------------------------- lean
LEAN_PACKAGES=linux-image-cloud-amd64,initramfs-tools,zstd,lz4,systemd-sysv,dbus,udev,openssh-server,sudo,iproute2,kmod,e2fsprogs
LEAN_PACKAGES=$LEAN_PACKAGES,ca-certificates,python3-minimal,apt-utils,less,iputils-ping,rsync

make_lean() {
  local root=$WORK/lean kernel
  rm -rf --one-file-system "$root" "$root.partial"
  "$HERE/../rootfs.sh" "$root.partial" "$LEAN_PACKAGES" "$HERE/lean/customize.sh" > "$WORK/lean.log" 2>&1 ||
    die "mmdebstrap failed: $(tail -n 5 "$WORK/lean.log")"
  mv "$root.partial" "$root"
  kernel=$(echo "$root"/boot/vmlinuz-*)
  cp "$kernel" "$WORK/lean-vmlinuz"
  cp "$root"/boot/initrd.img-* "$WORK/lean-initrd"
  "$HERE/disk.sh" "$root" "$GUESTS/lean.partial" 4G bios "$WORK/lean-vmlinuz" "$WORK/lean-initrd" "root=LABEL=rootfs ro $COMMAND_LINE"
}

# ----------------------------------------------------------------
make_guest() {
  local name=$1 stamp
  # The inputs are the files of this folder.
  stamp=$(cd "$HERE" && cat guests.sh disk.sh nocloud.sh ../rootfs.sh "${2:?}"/* | sha256sum | cut -c1-64)
  if [ -f "$GUESTS/$name.qcow2" ] && up_to_date "$GUESTS/$name.stamp" "$stamp"; then
    cached "$GUESTS/$name.qcow2"
    return
  fi
  require_root
  require_space "$GUESTS" 4000 "making guest images"
  install_packages qemu-utils extlinux lz4 cpio dosfstools mtools fdisk e2fsprogs systemd-boot-efi binutils mmdebstrap
  started
  mkdir -p "$WORK"
  rm -f "$GUESTS/$name.stamp"
  case $2 in
    tiny) make_tiny "$name" ;;
    lean) make_lean ;;
  esac
  mv "$GUESTS/$name.partial" "$GUESTS/$name.qcow2"
  (cd "$GUESTS" && sha256sum "$name.qcow2" > "$name.sha256.partial" && mv "$name.sha256.partial" "$name.qcow2.sha256")
  echo "$stamp" > "$GUESTS/$name.stamp"
  finished "$GUESTS/$name.qcow2 ($(du -m "$GUESTS/$name.qcow2" | cut -f1) MB)"
}

mkdir -p "$GUESTS"
lock guests
[ $# -gt 0 ] || set -- tiny
for guest in "$@"; do
  case $guest in
    tiny | tiny-uefi | broken-ssh) make_guest "$guest" tiny ;;
    lean) make_guest lean lean ;;
    *) sed -n '2,9p' "$0"; exit 2 ;;
  esac
done
