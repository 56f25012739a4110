; the notation of the 1948 paper, line numbers for s
1 -24,A
2 a,26
3 -26,A
4 a,27
5 -23,A
6 a-27,A
7 Test
8 c+20,C
9 a-26,A
10 a,25
11 -25,A
12 Test
13 Stop
14 -26,A
15 a-21,A
16 a,27
17 -27,A
18 a,26
19 22,C
20 NUM -3
21 NUM 1
22 NUM 4
23 NUM -262144
24 NUM 262143
