LDN ; what?
