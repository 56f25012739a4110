loop LDN 1
