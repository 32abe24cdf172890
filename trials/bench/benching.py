"""What the benches share: servers as processes, a load generator, medians, tables.

The generator is any program that takes the options which the benches use (--port, --phases,
--conns, --depth, --size, --jobs, --duration, --rate, ...), checks every reply, and prints one JSON
document with a list "phases".
"""

import argparse
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
START_MAX_S = 600


def die(message):
    """Ends the bench: something it needs is missing, or what it measured is worth nothing."""
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {message}")


def say(message):
    """Tells how it goes, beside the result."""
    print(f"{pathlib.Path(sys.argv[0]).name}: {message}", file=sys.stderr, flush=True)


def arguments(description, generator=True, rounds=5):
    """A parser with the options that all benches share."""
    parser = argparse.ArgumentParser(description=description)
    if generator:
        parser.add_argument("--generator", required=True, help="the load generator, a program")
    parser.add_argument("--rounds", type=int, default=rounds, help="pairs that are measured")
    parser.add_argument("--data", default=None, help="where data directories are made")
    parser.add_argument("--json", default=None, help="a file for every figure of every round")
    return parser


def many_files():
    """Lets this process and those it starts open as many files as they may."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def need(program, package):
    """Ends the bench when a program is not installed."""
    if shutil.which(program) is None:
        die(f"needs {program}, which is not installed (apt install {package})")


def free_port():
    """A port of loopback that nobody has, outside those that connections get."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Server:
    """A server under test. Ends with the bench, as by a crash."""

    def __init__(self, name, command, port, log, java):
        self.name, self.command, self.port, self.log, self.java = name, command, port, log, java
        self.launch()

    def launch(self):
        """Starts it, again after kill(), and does not wait."""
        environment = dict(os.environ, HEADRACE_NO_BUILD="1", HEADRACE_JAVA_OPTS=self.java)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment)
        self.launched = time.perf_counter()
        self.pid = self.process.pid

    def answers(self):
        """Whether it answers a command now."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=START_MAX_S) as talk:
                talk.sendall(b"list-tube-used\r\n")
                return bool(talk.recv(64))
        except OSError:
            return False

    def wait(self):
        """Waits for its first answer; returns the seconds since its launch."""
        while not self.answers():
            if self.process.poll() is not None:
                die(f"{self.name} ended: {self.log.read_text(errors='replace')[-2000:]}")
            if time.perf_counter() - self.launched > START_MAX_S:
                die(f"{self.name} did not answer within {START_MAX_S} s")
            time.sleep(0.002)
        return time.perf_counter() - self.launched

    def kill(self):
        """Ends it as a crash would."""
        self.process.kill()
        self.process.wait()

    def cpu_s(self):
        """CPU time of all its threads: JIT and GC count."""
        stat = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(stat[11]) + int(stat[12])) * TICK_S

    def rss_bytes(self):
        """Its resident memory."""
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        die(f"{self.name} has gone")

    def ask(self, *commands):
        """Sends commands and returns the first line of each answer, but for bodies of OK."""
        with socket.create_connection(("127.0.0.1", self.port)) as talk:
            stream = talk.makefile("rb")
            answers = []
            for command in commands:
                talk.sendall(command.encode() + b"\r\n")
                line = stream.readline().decode().strip()
                if line.startswith("OK "):
                    line = stream.read(int(line.split()[1]) + 2).decode()
                answers.append(line)
            return answers

    def stats(self):
        """What 'stats' says, by name."""
        lines = self.ask("stats")[0].splitlines()[1:]
        return dict(line.split(": ", 1) for line in lines if ": " in line)


class Bench:
    """One bench: its working directory, its servers, its generator, every figure it took."""

    def __init__(self, options, beside=True):
        if beside:
            need("beanstalkd", "beanstalkd")
        self.generator = getattr(options, "generator", None)
        if self.generator and not os.access(self.generator, os.X_OK):
            die(f"--generator must name a program that can be run, not '{self.generator}'")
        if not (ROOT / "cli/target/headrace/built").exists():
            die(f"nothing is built: run '{ROOT}/headrace --help' once")
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=options.data))
        self.servers = []
        self.figures = []
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.options.json:
            pathlib.Path(self.options.json).write_text(json.dumps(self.figures, indent=1))

    def server(self, name, fsync_ms=None, program=None, wait=True, java=""):
        """Starts one. Its name begins with 'headrace', or it is beanstalkd. fsync_ms is its -f;
        None keeps nothing on disk."""
        port = free_port()
        own = [program or str(ROOT / "headrace"), "beanstalkd"]
        ours = name.startswith("headrace")
        command = (own if ours else ["beanstalkd"]) + ["-l", "127.0.0.1", "-p", str(port)]
        if fsync_ms is not None:
            data = pathlib.Path(tempfile.mkdtemp(prefix=name + "-", dir=self.folder))
            command += ["-b", str(data), "-f", str(fsync_ms)]
        log = self.folder / f"{name}-{port}.log"
        server = Server(name, command, port, log, java)
        self.servers.append(server)
        if wait:
            server.wait()
        return server

    def end(self, *servers):
        """Ends servers before the bench ends."""
        for server in servers:
            server.kill()
            self.servers.remove(server)

    def load(self, server, phases, **options):
        """Puts load on a server; returns what the generator says of each phase, by its name."""
        command = [self.generator, "--port", str(server.port), "--phases", phases, "--json",
                   "--server-pid", str(server.pid)]
        for name, value in options.items():
            command += ["--" + name.replace("_", "-")] + ([] if value is True else [str(value)])
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode != 0:
            die(f"a run on {server.name} failed: {' '.join(command)}\n{ran.stdout}{ran.stderr}")
        found = {phase["phase"]: phase for phase in json.loads(ran.stdout)["phases"]}
        self.figures.append({"server": server.name, "asked": options, "found": found})
        return found

    def warm(self, *servers, seconds=10):
        """Loads fresh servers one after the other; returns what each did in that time."""
        say(f"warming up, {seconds} s each")
        return [self.load(server, "cycle", conns=16, depth=16, duration=seconds)["cycle"]
                for server in servers]


def turns(number, items):
    """Things in the order of this round: the first of them has the caches of none."""
    return items if number % 2 else items[::-1]


def ratio(ours, theirs):
    """One by the other, for a table."""
    return f"{ours / theirs:.2f}" if theirs else "-"


def median(values):
    """The middle of what was measured."""
    return statistics.median(values)


def table(head, rows):
    """Prints a table as Markdown has it."""
    texts = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in texts) for at in range(len(head))]
    texts.insert(1, ["-" * width for width in widths])
    for row in texts:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
    sys.stdout.flush()


def others():
    """Busy cores of this machine and what else would spoil a figure, to be printed below it."""
    return "load average " + pathlib.Path("/proc/loadavg").read_text().split()[0]
