"""Rows about hooks of plugins: CPU microseconds of one, both processes summed. Nothing is run beside them: no peer has their like."""
import json
import os
import statistics
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
ROWS = ["hook-inprocess", "hook-process"]


def run(names, rounds):
    """The median of each row over some rounds of Scripts/measure-hooks, which builds what it needs."""
    command = [os.path.join(ROOT, "Scripts", "measure-hooks"), "--rounds", str(rounds)]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    found = {name: [] for name in ROWS}
    for line in lines:
        result = json.loads(line)
        found[result["bench"]].append(result["microseconds"])
    for name in names:
        yield {"bench": name, "microseconds": round(statistics.median(found[name]), 2), "rounds": len(found[name])}
