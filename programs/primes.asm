; The primes one by one: it stops with each on line 26, and goes on for the next when resumed.
;
; A number p is tried with every divisor d from p-1 downwards; one that leaves no remainder is
; found at the latest with d = 1, and then p is a prime. The program fills the store to the last
; line, and some of its tricks are there for that reason.
;
; On the machine one presses the key again. Here:
;     babyvisor run --json programs/primes.asm | babyvisor run --json - | babyvisor run -
;
; expect: stp executed=22 ci=18 line26=2
; expect: stp line26=3
; expect: stp line26=5
; expect: stp line26=7
; expect: stp line26=11
; expect: stp line26=13

zero:   NUM 0                   ; line 0: where JMP zero goes, the program starts again at line 1

trial:  LDN minusd              ; d = d - 1
        SUB one
        STO d
        LDN d
        STO minusd
        LDN minusp              ; A = p
        SUB d                   ; subtract d until A is negative
        CMP
        JRP back
        SUB minusd              ; one d too much: A is the remainder
        SUB one                 ; negative, namely -1, only if that is 0
        CMP
        JMP zero                ; there is a remainder: next d
        SUB d                   ; d divides p. A = -1 - 2d + 3:
        SUB d                   ;   not negative for d = 1 alone
        SUB back
        CMP
        STP                     ; p is a prime
        LDN p                   ; p = p + 1, and d starts from there
        SUB one
        STO minusp
        STO minusd
        LDN minusp
        STO p
        JMP zero

p:      NUM 2
minusp: NUM -2
d:      NUM 0
minusd: NUM -2
one:    NUM 1
back:   NUM -3                  ; from the line of the JRP to two lines above it
