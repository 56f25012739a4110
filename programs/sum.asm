; A program that changes itself: the sum of a table.
;
; The machine has no index register; to get at one number after the other, the program adds 1 to
; the line number of its own SUB instruction. It stops when that instruction has become the one
; that would take the line after the table.
;
; expect: stp executed=65 ci=13 a=0 line15=1948 line2=32798

1:                              ; the machine begins with line 1

loop:   LDN total               ; A = -total
add:    SUB table               ; A = -(total + number): this line is changed
        STO spare
        LDN spare
        STO total

        LDN add                 ; the instruction as a number, and 1 more:
        SUB one
        STO spare
        LDN spare
        STO add                 ;   its line number is in the lowest bits
        SUB past                ; negative as long as there is more
        CMP
        STP                     ; the sum is on line 15
        JMP again

total:  NUM 0
spare:  NUM 0
one:    NUM 1
again:  NUM loop-1              ; JMP goes on after the line that it is given
past:   SUB end                 ; never obeyed: what line "add" is after the last number

25:
table:  NUM 1000
        NUM 500
        NUM 400
        NUM 50
        NUM -2
end:    NUM 0
