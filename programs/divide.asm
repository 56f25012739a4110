; Long division: quotient and remainder of two numbers of 15 bits, in 16 steps.
;
; The machine can only subtract, but doubling is subtracting twice from nothing. Each step doubles
; the dividend; when the divisor, which stands 16 bits further up, can be taken away, it is, and a
; 1 comes in at the low end. After 16 steps the low half, the left one on the tube, holds the
; quotient, the high half the remainder.
;
; 20000 / 47 = 425, remainder 25: the result is 425 + 25 * 65536.
;
; expect: stp executed=256 ci=18 a=0 line20=1638825

1:                              ; the machine begins with line 1

step:   LDN number              ; A = 2 * number
        SUB number
        STO spare
        LDN spare
        SUB divisor             ; does the divisor fit?
        CMP                     ;   if not, A is negative
        JMP fits
        SUB minus               ; no: give it back
        JMP keep
yes:    SUB minus1              ; yes: bring in a 1
result: STO number

        LDN count               ; one step less to do
        SUB one
        STO spare
        LDN spare
        STO count
        CMP                     ; count is negative until all is done
        STP                     ; the result is on line 20
        JMP loop

number:  NUM 20000
divisor: NUM 3080192            ; 47 * 65536
minus:   NUM -3080192
count:   NUM -16
one:     NUM 1
minus1:  NUM -1
spare:   NUM 0
fits:    NUM yes-1              ; JMP goes on after the line that it is given
keep:    NUM result-1
loop:    NUM step-1
