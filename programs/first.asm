; The first program, as amended: the greatest proper divisor of a number.
;
; It divides a by every b from a-1 downwards, each time by subtracting b until the rest is
; negative, and stops at the first b that leaves no remainder. programs/first.bits is the same
; program as it stands in the store.
;
; The number is a = 2^18; for another one change minusa and start. A program can be entered with
; a = 20 and takes a moment; this one took most of an hour in 1948.
;
; expect: stp executed=2097154 ci=13 a=0 line26=-131072 line27=131072

1:                              ; line 0 is never obeyed

        LDN start               ; b = a - 1
        STO minusb              ;   (LDN negates, so b is kept with both signs)
        LDN minusb
        STO b

divide: LDN minusa              ; A = a
again:  SUB b                   ; A = A - b ...
        CMP                     ;   until A is negative: then the next line is skipped
        JRP back
        SUB minusb              ; one b too much: give it back, A is the remainder
        STO rest
        LDN rest                ; -remainder: negative unless b divides a
        CMP
        STP                     ; it does: the answer is b, on line 27

        LDN minusb              ; b = b - 1
        SUB one
        STO b
        LDN b
        STO minusb
        JMP next

back:   NUM -3                  ; added to CI, which is on the line of the JRP: to again
one:    NUM 1
next:   NUM divide-1            ; JMP goes on after the line that it is given
minusa: NUM -262144
start:  NUM 262143
rest:   NUM 0
minusb: NUM 0
b:      NUM 0
