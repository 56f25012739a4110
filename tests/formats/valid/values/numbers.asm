; the ends of the range, in every notation
        NUM -2147483648
        NUM 2147483647
        NUM 4294967295          ; all ones, unsigned
        NUM 0xffffffff
        NUM 0XABCDEF
        NUM -0x80000000
        NUM +5
        num one+one-3+0x10
        -7
        +7
        7
one:    BIN 10000000000000000000000000000000
        bnum 00000000000000000000000000000001
        01010101010101010101010101010101
        STP 31                  ; a line number that means nothing stays in the word
        CMP 1
        JMP 0
