a-s,A
