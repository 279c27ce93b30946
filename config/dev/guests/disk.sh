#!/bin/bash
# disk.sh ROOT_FOLDER OUT.qcow2 SIZE bios|uefi KERNEL INITRD KERNEL_COMMAND_LINE
# Makes a bootable disk of a folder: one ext4 file system labelled rootfs; for bios with extlinux, for uefi with a unified kernel.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

ROOT=$1 OUT=$2 SIZE=$3 FIRMWARE=$4 KERNEL=$5 INITRD=$6 COMMAND_LINE=$7
WORK=$(mktemp -d "$OUT.XXXXXX")
MOUNTED=
# shellcheck disable=SC2317
clean() {
  [ -z "$MOUNTED" ] || umount "$WORK/mount" || true
  rm -rf --one-file-system "$WORK"
}
trap clean EXIT
DISK=$WORK/disk.raw
truncate -s "$SIZE" "$DISK"
sectors=$(($(stat -c %s "$DISK") / 512))

case $FIRMWARE in
  bios)
    start=2048
    end=$sectors
    features=(-b 4096 -O '^64bit,^metadata_csum,^metadata_csum_seed') # what extlinux can read; it fails on blocks of 1 KB
    printf 'label: dos\nstart=%s, type=83, bootable\n' "$start" | sfdisk -q "$DISK"
    mkdir -p "$ROOT/boot/extlinux"
    cp "$KERNEL" "$ROOT/boot/vmlinuz"
    cp "$INITRD" "$ROOT/boot/initrd"
    printf 'DEFAULT linux\nPROMPT 0\nTIMEOUT 0\nLABEL linux\n  KERNEL /boot/vmlinuz\n  INITRD /boot/initrd\n  APPEND %s\n' \
      "$COMMAND_LINE" > "$ROOT/boot/extlinux/extlinux.conf" ;;
  uefi)
    efi_start=2048 efi_sectors=81920
    start=$((efi_start + efi_sectors))
    end=$((sectors - 2048))
    features=()
    printf 'label: gpt\nstart=%s,size=%s,type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\nstart=%s,size=%s,type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\n' \
      "$efi_start" "$efi_sectors" "$start" "$((end - start))" | sfdisk -q "$DISK" ;;
  *) die "firmware is bios or uefi, not $FIRMWARE" ;;
esac

# Straight into the partition: no mount is needed for this.
mke2fs -q -F -t ext4 -L rootfs -m 1 "${features[@]}" -E "offset=$((start * 512)),lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0" \
  -d "$ROOT" "$DISK" "$(((end - start) / 2))k"

case $FIRMWARE in
  bios)
    mkdir "$WORK/mount"
    mount -o "loop,offset=$((start * 512))" "$DISK" "$WORK/mount" || die "cannot mount a loop device; extlinux needs one (are there /dev/loop*?)"
    MOUNTED=1
    extlinux --install "$WORK/mount/boot/extlinux" > "$WORK/extlinux.log" 2>&1 || die "extlinux: $(cat "$WORK/extlinux.log")"
    umount "$WORK/mount"
    MOUNTED=
    dd if=/usr/lib/EXTLINUX/mbr.bin of="$DISK" bs=440 count=1 conv=notrunc status=none ;;
  uefi)
    printf '%s' "$COMMAND_LINE" > "$WORK/command-line"
    objcopy --add-section ".osrel=/etc/os-release" --change-section-vma .osrel=0x20000 \
      --add-section ".cmdline=$WORK/command-line" --change-section-vma .cmdline=0x30000 \
      --add-section ".linux=$KERNEL" --change-section-vma .linux=0x2000000 \
      --add-section ".initrd=$INITRD" --change-section-vma .initrd=0x4000000 \
      /usr/lib/systemd/boot/efi/linuxx64.efi.stub "$WORK/bootx64.efi"
    truncate -s $((efi_sectors * 512)) "$WORK/efi"
    mkfs.vfat -n ESP "$WORK/efi" > /dev/null
    mmd -i "$WORK/efi" ::EFI ::EFI/BOOT
    mcopy -i "$WORK/efi" "$WORK/bootx64.efi" ::EFI/BOOT/BOOTX64.EFI
    dd if="$WORK/efi" of="$DISK" bs=1M seek=1 conv=notrunc,sparse status=none ;;
esac
qemu-img convert -O qcow2 "$DISK" "$WORK/disk.qcow2"
mv "$WORK/disk.qcow2" "$OUT"
