a: LDN 1
a: STP
