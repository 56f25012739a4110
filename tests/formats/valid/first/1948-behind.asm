; the notation of the 1948 paper, the line after the function
NUM 0
-s,A 24
a,S 26
-s,A 26
a,S 27
-s,A 23
a-s,A 27
Test
c+s,C 20
a-s,A 26
a,S 25
-s,A 25
Test
Stop
-s,A 26
a-s,A 21
a,S 27
-s,A 27
a,S 26
s,C 22
NUM -3
NUM 1
NUM 4
NUM -262144
NUM 262143
