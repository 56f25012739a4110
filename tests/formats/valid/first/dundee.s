; Dundee style: labels and VAR
          VAR 0
BEGIN:    LDN START
          STO MINUSB
          LDN MINUSB    ; line 3
          STO B
          LDN MINUSA
          SUB B    ; line 6
          CMP
          JRP BACK
          SUB MINUSB    ; line 9
          STO REST
          LDN REST
          CMP    ; line 12
          STP
          LDN MINUSB
          SUB ONE    ; line 15
          STO B
          LDN B
          STO MINUSB    ; line 18
          JMP NEXT
BACK:     VAR -3
ONE:      VAR 1    ; line 21
NEXT:     VAR 4
MINUSA:   VAR -262144
START:    VAR 262143    ; line 24
REST:     VAR 0
MINUSB:   VAR 0
B:        VAR 0    ; line 27
