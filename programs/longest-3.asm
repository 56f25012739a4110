; The longest run that stops of all stores in which three lines, each a pure
; instruction word, are not zero, from A = 0 and CI = 0; see doc/busy-beaver.md.
;
; expect: stp executed=9959058 ci=3 a=2147295312

1: SUB 2
2: CMP 12
4: STO 3
