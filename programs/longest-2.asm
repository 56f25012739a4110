; The longest run that stops of all stores in which two lines, each a pure instruction word, are not
; zero, from A = 0 and CI = 0; see doc/busy-beaver.md.
;
; expect: stp executed=10 ci=3 a=-98310 line3=-65540

1: STO 3
2: SUB 2
