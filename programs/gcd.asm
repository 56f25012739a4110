; Euclid's algorithm: the greatest common divisor of two numbers.
;
; a is replaced by b, and b by the remainder of a divided by b, until that remainder is 0; the
; last b is the answer. Division is repeated subtraction.
;
; The numbers are a = 1071 and b = 462; the remainders are 147, 21 and 0.
;
; expect: stp executed=74 ci=9 a=0 line18=21

1:                              ; the machine begins with line 1

divide: LDN minusa              ; A = a
again:  SUB b                   ; subtract b ...
        CMP                     ;   until A is negative
        JMP more
        SUB minusb              ; one b too much: A is the remainder
        STO rest
        LDN rest                ; -remainder: negative unless it is 0
        CMP
        STP                     ; the answer is b, on line 18
        STO minusr
        LDN b                   ; a = b
        STO minusa
        LDN minusr              ; b = remainder
        STO b
        LDN b
        STO minusb
        JMP loop

b:      NUM 462
minusb: NUM -462
minusa: NUM -1071
rest:   NUM 0
minusr: NUM 0
more:   NUM again-1             ; JMP goes on after the line that it is given
loop:   NUM divide-1
