one: NUM 1
LDN one-1
LDN one-2
