; A clock: an hour hand that moves each time that a minute hand has come round, which moves each time
; that a pause is over. After 1000 hours of 60 minutes it stops.

1:                              ; the machine begins with line 1

minute: LDN pause               ; count A from 65536 down to below 0
wait:   SUB one
        CMP
        JRP back

        LDN now                 ; one minute less, until the hour is over
        SUB minus1
        STO spare
        LDN spare
        STO now
        CMP                     ; now counts up from -60: A is its negative
        JMP again
        LDN sixty
        STO now

        LDN hours               ; one hour less, until the end
        SUB minus1
        STO spare
        LDN spare
        STO hours
        CMP
        JMP again
        STP

pause:  NUM -65536
one:    NUM 1
minus1: NUM -1
back:   NUM -3
now:    NUM 59
sixty:  NUM -59
hours:  NUM 999
spare:  NUM 0
again:  NUM minute-1
