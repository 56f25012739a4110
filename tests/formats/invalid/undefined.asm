LDN lop
loop: STP
