# On an emulated host: boots the machine in /inner by this host's KVM, passes on what it prints, and ends
# with the status of its command.
/usr/bin/qemu-system-x86_64 -machine pc,accel=kvm -cpu host -smp 1 -m 512 -nodefaults -no-user-config \
    -display none -no-reboot -kernel /inner/kernel -initrd /inner/initrd \
    -append "$(busybox cat /inner/append)" -serial file:/tmp/kernel -serial stdio \
    -device isa-debug-exit 2>&1 </dev/null | busybox tee /tmp/out
status=$(busybox sed -n 's/^@@EXIT //p' /tmp/out | busybox tail -n 1)
[ -n "$status" ] || busybox tail -n 5 /tmp/kernel
exit "${status:-124}"
