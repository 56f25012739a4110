60:
    NUM 1
