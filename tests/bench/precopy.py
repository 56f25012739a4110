#!/usr/bin/env python3
"""Prints what pre-copy sends and how long the VM stands still, against how fast the guest writes, as the table of
doc/precopy.md. Use: precopy.py BABYVISOR [RUNS [BANDWIDTH]]; pages a second that are sent at most. A move that
takes longer than a minute counts as one that failed."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

babyvisor = os.path.abspath(sys.argv[1])
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
bandwidth = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
limited = ["timeout", "60"]
# LDN 7, SUB 7, SUB 7, STO 7, JMP 0: it never stops, and no engine sees to it.
program = ["JMP 0", "LDN 7", "SUB 7", "SUB 7", "STO 7", "JMP 0", "JMP 0", "NUM 1"]


def move(folder, writes):
    place = f"unix:{folder}/socket"
    receiver = subprocess.Popen(
        [*limited, babyvisor, "receive", "--mode=precopy", f"--save={folder}/there", place],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not os.path.exists(f"{folder}/socket") and receiver.poll() is None:
        time.sleep(0.02)
    with open(f"{folder}/loop", "w", encoding="ascii") as file:
        file.write("\n".join(program) + "\n")
    options = [f"--writes={writes}"] if writes else []
    source = subprocess.run(
        [*limited, babyvisor, "run", "--json", "--mode=precopy", "--engine=dispatch", "--limit=900M", "--move-after=20M",
         f"--bandwidth={bandwidth}", f"--save={folder}/here", f"--move-to={place}", *options, f"{folder}/loop"],
        stdout=subprocess.PIPE, check=False)
    receiver.wait()
    return json.loads(source.stdout).get("moved") if source.stdout else None


def row(writes):
    with tempfile.TemporaryDirectory() as folder:
        moves = [move(folder, writes) for _ in range(runs)]
    moves = sorted((each for each in moves if each), key=lambda each: each["downtime_ns"])
    if not moves:
        return f"| {writes} | not moved | | | |"
    middle = moves[len(moves) // 2]
    downtime = statistics.median(each["downtime_ns"] for each in moves) / 1e6
    pages = ", ".join(str(each["pages"]) for each in middle["round"][:-1])
    converged = sum(each["converged"] for each in moves)
    return f"| {writes} | {pages} | {middle['round'][-1]['pages']} | {downtime:.1f} ms | {converged} of {len(moves)} |"


print(f"At most {bandwidth} pages a second are sent; the run of the median downtime of {runs}.\n")
print("| written, pages/s | pages sent in each round | and stopped | downtime | converged |")
print("|---|---|---|---|---|")
for percent in (0, 5, 10, 25, 40, 50, 75, 100, 200):
    print(row(bandwidth * percent // 100), flush=True)
