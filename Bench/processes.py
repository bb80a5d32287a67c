"""What a process tree has cost so far, and how much of the machine its host took away."""
import os

# Of a run during which the host took more of the machine away, the figures are worth nothing.
STEAL_SHARE_MAX = 0.06
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def _stat_fields(pid):
    """The fields of /proc/PID/stat after the command name, or None when the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def tree(root):
    """The process ids of `root` and all that descend from it."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = _stat_fields(name)
            if fields:
                children.setdefault(int(fields[1]), []).append(int(name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(root):
    """User plus system seconds of the whole tree: every thread of every process, and children that ended."""
    ticks = 0
    for pid in tree(root):
        fields = _stat_fields(pid)
        if fields:
            ticks += sum(int(field) for field in fields[11:15])  # utime, stime, cutime, cstime
    return ticks / TICKS_PER_SECOND


def resident_bytes(root):
    """Resident memory of the whole tree; pages that processes share are counted once each (PSS)."""
    total = 0
    for pid in tree(root):
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return total * 1024


def _overflows():
    """Datagrams that found a full socket buffer anywhere on this machine, IPv4, since it started."""
    with open("/proc/net/snmp", encoding="utf-8") as file:
        names, values = (line.split() for line in file if line.startswith("Udp:"))
    return int(values[names.index("RcvbufErrors")])


class MachineClock:
    """Jiffies of all cores since this clock was made: how many the host stole, how busy the rest was. And what overflowed."""

    def __init__(self):
        self.start = self._read()
        self.overflows_before = _overflows()

    def overflows(self):
        """Datagrams that found a full socket buffer anywhere on the machine: nobody read them in time."""
        return _overflows() - self.overflows_before

    @staticmethod
    def _read():
        with open("/proc/stat", encoding="utf-8") as file:
            return [int(field) for field in file.readline().split()[1:9]]

    def shares(self):
        """(stolen, idle) as shares of all jiffies since this clock was made."""
        spent = [now - then for now, then in zip(self._read(), self.start)]
        total = sum(spent) or 1
        return spent[7] / total, (spent[3] + spent[4]) / total
