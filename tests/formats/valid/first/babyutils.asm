-- babyutils: line numbers are origins, names stand on lines of their own, EJA and $

01:
  ldn 24
  sto 26
again:
  ldn 26
  sto 27
next:
  ldn 23
subtract:
  sub 27
  skn
  jrp back
  sub 26
  sto 25
  ldn 25
  skn
  hlt
14:
  ldn 26
  sub one
  sto 27
  ldn 27
  sto 26
  jmp loop

20: back:
  num 17 - $ ; -3: on to the subtraction
one:
  num 1
loop:
  eja next

minus_a:
  num -0x40000
  num 0x3FFFF
