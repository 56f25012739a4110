ORG there
there: STP
