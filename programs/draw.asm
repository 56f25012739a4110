; Draws on the tube, by changing itself: the powers of -3 in the lower part of the store.
;
; Each line is -3 times the one above it. In binary that is a triangle that looks like chance, and
; every second line has the other sign, so that its far end is filled. Look at it with
;     babyvisor run --picture draw.svg programs/draw.asm
;     babyvisor run --json programs/draw.asm | babyvisor convert --to text -
;
; expect: stp executed=169 ci=13 a=0 line19=-3 line20=9 line21=-27 line22=81 line31=-1594323

zero:   NUM 0                   ; line 0: JMP zero goes on at line 1

        LDN power               ; A = -3 * power
        SUB power
        SUB power
        STO power
plot:   STO picture             ; draw it: this line is changed

        LDN plot                ; the instruction as a number, and 1 more
        SUB one
        STO spare
        LDN spare
        STO plot
        SUB past                ; negative until the last line is drawn
        CMP
        STP
        JMP zero

power:  NUM 1
spare:  NUM 0
one:    NUM 1
past:   NUM 24608               ; what plot is after the last line: STO 31 is 24607

picture:
