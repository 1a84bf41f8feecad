"""What both servers stand on: a place for what was fetched, the program, and a list of what holds."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLE = REPOSITORY / "examples" / "2024-02-17-weekly.md"
MARK = "<!-- nekoyaku: untranslated -->"
KEY = "sk-servers-3d1f8a6b9c2e5704"

# No run here has more than two hundred short requests to make; one that takes longer hangs.
PATIENCE = 300


class Missing(Exception):
    """A server cannot be had on this machine."""


class Findings:
    """What was looked at, a line each."""

    def __init__(self):
        self.looked = self.failed = 0

    def holds(self, what, is_so, otherwise=""):
        self.looked += 1
        print(f"{'ok  ' if is_so else 'FAIL'} {what}", flush=True)
        if not is_so:
            self.failed += 1
            for line in str(otherwise).splitlines()[:20]:
                print(f"       {line}", flush=True)


def cache(name):
    """The folder of `name` among what is kept from one run to the next."""
    root = os.environ.get("NEKOYAKU_CACHE") or Path.home() / ".cache" / "nekoyaku-ci"
    folder = Path(root).resolve() / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            raise Missing(f"there is no {program}")


def fetch(*command, **options):
    """Run what fetches or builds; where it cannot, the server cannot be had."""
    command = [str(word) for word in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise Missing(f"`{' '.join(command[:4])} …` failed: {' '.join(done.stdout.split())[-300:]}")


def program():
    """The `nekoyaku` to try: the one in NEKOYAKU, else one that is built now."""
    if named := os.environ.get("NEKOYAKU"):
        return Path(named).resolve()
    subprocess.run(["cargo", "build", "--locked", "--quiet"], cwd=REPOSITORY, check=True)
    target = os.environ.get("CARGO_TARGET_DIR") or REPOSITORY / "target"
    return Path(target).resolve() / "debug" / "nekoyaku"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def get(url):
    # What is on this machine is not reached through a proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=10) as reply:
        return json.load(reply)


def wait_for(url, server, seconds=60):
    """Until `url` answers; the server may end before it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise Missing(f"the server ended with {server.returncode} before it answered")
        try:
            return get(url)
        except (OSError, ValueError):
            time.sleep(0.1)
    raise Missing(f"the server did not answer within {seconds} s")


def ended(process, stopped_after):
    """What it printed until it ended: by itself, told to stop after so many seconds, or killed since it hangs."""
    if stopped_after:
        try:
            return process.communicate(timeout=stopped_after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


class Run:
    """What came of `nekoyaku` in a folder: an issue is in it, the sample if no other, and nothing of this machine's settings."""

    def __init__(self, folder, nekoyaku, *arguments, issue=None, stopped_after=None):
        folder = Path(folder)
        (folder / "issue.md").write_bytes((issue or source()).encode())
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "NEKOYAKU"))}
        own = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache"), "OPENAI_API_KEY": KEY, "CI": "true"}
        began = time.monotonic()
        process = subprocess.Popen(
            [nekoyaku, *arguments], cwd=folder, env={**clean, **own}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        out, err = ended(process, stopped_after)
        self.seconds = time.monotonic() - began
        self.code, self.out, self.err = process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
        # Bytes: `read_text` would make one kind of line end of all.
        files = [path for path in folder.rglob("*") if path.is_file()]
        self.files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
        edition = self.files.get("edition.md")
        self.edition = edition.decode("utf-8", "replace") if edition is not None else None

    def said(self):
        return f"exit code {self.code} after {self.seconds:.1f} s\n{self.err}\n{self.out}"

    def tells_the_key(self):
        return KEY.encode() in b"".join([self.out.encode(), self.err.encode(), *self.files.values()])

    def kept(self):
        """How many answers are in the journal."""
        return self.files.get(".nekoyaku/journal.jsonl", b"").count(b'{"answer"')


def once(nekoyaku, *arguments, **options):
    """A run in a folder that nothing else has run in."""
    with tempfile.TemporaryDirectory() as folder:
        return Run(folder, nekoyaku, *arguments, **options)


def to_translate(base_url, model):
    return ["translate", "issue.md", "-o", "edition.md", "--no-note", "--base-url", base_url, "--model", model]


def translate(nekoyaku, base_url, model, *more, **options):
    return once(nekoyaku, *to_translate(base_url, model), *more, **options)


def source():
    return SAMPLE.read_bytes().decode()


def body(text):
    """What is below the front matter."""
    return text.split("\n---\n", 1)[-1]


def segments(nekoyaku, issue):
    """How many pieces of text an issue has."""
    run = once(nekoyaku, "segments", "issue.md", "--format", "json", issue=issue)
    one = json.loads(run.out)["files"][0]
    return len(one["segments"])


def untouchable(text):
    """All of a Markdown text that no translation changes, in order: where links and images lead, code, HTML."""
    kinds = [r"\]\((\S+?)[\s)]", r"(`+[^`]+`+)", r"(https?://[!-~]+)", r"(<[a-z/!][^>]*>)"]
    body = text.replace(MARK, "")
    return [sorted(re.findall(kind, body)) for kind in kinds]
