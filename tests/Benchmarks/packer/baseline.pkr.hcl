# The peer: Packer 1.6.6 (Debian's), its qemu builder, the same base, provisioners and output as inputs/image.yaml.
variable "base" { description = "path of the base image" }
variable "key" { description = "private key; 1.6.6 cannot use ed25519 with every server" }
variable "seed" { description = "ISO image with user-data and meta-data, labelled cidata" }
variable "files" { description = "folder of the provisioners' files" }
variable "out" { description = "output folder, made by Packer" }
variable "boot_wait" { default = "10s" }

source "qemu" "base" {
  iso_url              = var.base
  iso_checksum         = "none"
  disk_image           = true
  use_backing_file     = true
  disk_size            = "512M"
  format               = "qcow2"
  disk_compression     = false
  accelerator          = "tcg"
  headless             = true
  display              = "none"
  net_device           = "virtio-net"
  disk_interface       = "virtio"
  output_directory     = var.out
  vm_name              = "image.qcow2"
  boot_wait            = var.boot_wait
  communicator         = "ssh"
  ssh_username         = "builder"
  ssh_private_key_file = var.key
  ssh_timeout          = "60s"
  shutdown_command     = "sudo poweroff"
  memory               = 1024
  cpus                 = 1
  # The processor that boots fastest under emulation. The seed is a virtio disk, for the guest's kernel has no driver for
  # Packer's CD (cd_files); so it costs Packer no time, either.
  qemuargs = [
    ["-cpu", "qemu64,-svm,+rdrand"],
    ["-drive", "file={{ .OutputDir }}/{{ .Name }},if=virtio,cache=writeback,discard=ignore,format=qcow2"],
    ["-drive", "file=${var.seed},if=virtio,format=raw,readonly=on"],
  ]
  qemu_img_args {
    create = ["-F", "qcow2"] # 1.6.6 omits the backing format, qemu-img from 6.1 on refuses that
  }
}

build {
  sources = ["source.qemu.base"]
  provisioner "shell" {
    inline = ["id -un; uname -r", "sudo sh -c 'echo benchmark > /etc/benchmark; sha256sum /etc/benchmark'"]
  }
  provisioner "file" {
    source      = "${var.files}/small.txt"
    destination = "/tmp/small.txt"
  }
  provisioner "shell" { script = "${var.files}/script.sh" }
}
