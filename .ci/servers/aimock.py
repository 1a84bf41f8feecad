"""aimock (npm): right answers and wrong ones, Files and Batches."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from ground import KEY, MARK, Missing, Run, cache, fetch, get, need, once, source, translate, untouchable

VERSION = "1.43.0"
NAME = f"aimock {VERSION}"


def fetched():
    """The folder with aimock in it."""
    need("node", "npm")
    major = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, text=True).stdout.lstrip("v").split(".")[0]
    if not major.isdigit() or int(major) < 20:
        raise Missing(f"node is {major or 'broken'}, and aimock wants 20")
    folder = cache(f"aimock-{VERSION}")
    if not (folder / "node_modules" / "@copilotkit" / "aimock" / "package.json").exists():
        fetch("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, f"@copilotkit/aimock@{VERSION}")
    return folder


class Aimock:
    """A running one."""

    def __init__(self, folder):
        script = Path(__file__).with_name("aimock.mjs")
        self.server = subprocess.Popen(
            ["node", script, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.address = self.server.stdout.readline().strip()
        if not self.address:
            raise Missing("aimock did not start")
        self.base_url = f"{self.address}/v1"

    def journal(self, model):
        """What it was asked of `model`, and how that ended."""
        entries = get(f"{self.address}/__aimock/journal?limit=1000")
        return [entry for entry in entries if (entry.get("body") or {}).get("model") == model]

    def stop(self):
        self.server.stdin.close()
        try:
            self.server.wait(10)
        except subprocess.TimeoutExpired:
            self.server.kill()


def look(nekoyaku, findings):
    aimock = Aimock(fetched())
    try:
        right = answers(nekoyaku, aimock, findings)
        for model, status in [("limited", 429), ("failed", 500), ("malformed", 200), ("disconnected", 0)]:
            fault(nekoyaku, aimock, findings, model, status, right)
        endless(nekoyaku, aimock, findings)
        slow(nekoyaku, aimock, findings, right)
        strangers(nekoyaku, aimock, findings)
        doctor(nekoyaku, aimock, findings)
        batch(nekoyaku, aimock, findings)
    finally:
        aimock.stop()


def answers(nekoyaku, aimock, findings):
    run = translate(nekoyaku, aimock.base_url, "right")
    edition = run.edition or ""
    findings.holds("right answers: an edition, and nothing left in Chinese", run.code in (0, 1) and edition and MARK not in edition, run.said())
    findings.holds("right answers: links, images, code and HTML are the source's", untouchable(edition) == untouchable(source()), edition)
    again = [line for line in source().splitlines() if line.startswith(("```", "    ", "<"))]
    findings.holds("right answers: lines of code and HTML are the source's", all(line in edition.splitlines() for line in again), edition)
    asked = aimock.journal("right")
    forms = {(entry["body"].get("response_format") or {}).get("type") for entry in asked}
    findings.holds(f"right answers: {len(asked)} requests, each for a schema and answered once", forms == {"json_schema"} and all(entry["response"]["status"] == 200 for entry in asked), forms)
    findings.holds("right answers: the key went to the server and nowhere else", all(KEY not in str(entry["body"]) for entry in asked) and not run.tells_the_key(), run.said())
    return edition


def fault(nekoyaku, aimock, findings, model, status, right):
    run = translate(nekoyaku, aimock.base_url, model)
    asked = aimock.journal(model)
    faults = [entry for entry in asked if entry["response"].get("chaosAction")]
    met = bool(faults) and all(entry["response"]["status"] == status for entry in faults)
    findings.holds(f"{model}: {len(faults)} of {len(asked)} requests met the fault ({status})", met, run.said())
    findings.holds(f"{model}: asked again, the edition is the same, byte for byte", run.edition == right, run.said())
    if model == "limited":
        waits = [after["timestamp"] - before["timestamp"] for before, after in pairs(asked)]
        findings.holds("limited: no request came back before the second that Retry-After says", min(waits, default=0) >= 990, waits)
        findings.holds("limited: nor long after it", run.seconds < 60, run.said())


def pairs(asked):
    """Each request that met a fault, and its return."""
    for place, entry in enumerate(asked):
        if entry["response"].get("chaosAction"):
            same = [later for later in asked[place + 1:] if later["body"]["messages"] == entry["body"]["messages"]]
            yield from ((entry, later) for later in same[:1])


def endless(nekoyaku, aimock, findings):
    run = translate(nekoyaku, aimock.base_url, "endless", stopped_after=4)
    asked = aimock.journal("endless")
    findings.holds(f"limited for ever: it goes on asking, {len(asked)} times in 4 s", 2 <= len(asked) <= 40, run.said())
    findings.holds("limited for ever: told to stop, it ends at once, with 130", run.code == 130 and run.seconds < 10, run.said())
    findings.holds("limited for ever: no edition is written", run.edition is None, run.said())


def slow(nekoyaku, aimock, findings, right):
    run = translate(nekoyaku, aimock.base_url, "slow", "--timeout", "30")
    findings.holds("two seconds to an answer: the edition is the same", run.edition == right, run.said())
    run = translate(nekoyaku, aimock.base_url, "slow", "--timeout", "1", "--attempts", "2")
    findings.holds("two seconds, and one to wait: exit code 2, and no edition", run.code == 2 and run.edition is None, run.said())
    findings.holds("two seconds, and one to wait: it says that there was no answer", "within 1 s" in run.err, run.said())


def strangers(nekoyaku, aimock, findings):
    run = translate(nekoyaku, aimock.base_url, "nobody")
    findings.holds("a model that is not there: exit code 2, and no edition", run.code == 2 and run.edition is None, run.said())
    run = translate(nekoyaku, f"{aimock.address}/__aimock", "right")
    findings.holds("an address that is none: exit code 2, and a hint", run.code == 2 and "hint:" in run.err, run.said())


def doctor(nekoyaku, aimock, findings):
    run = once(nekoyaku, "doctor", "--base-url", aimock.base_url, "--model", "right")
    findings.holds("doctor: all is well with `right`, exit code 0", run.code == 0 and "json_schema" in run.out, run.said())
    run = once(nekoyaku, "doctor", "--base-url", aimock.base_url, "--model", "righ")
    findings.holds("doctor: there is no `righ`, but `right`", run.code != 0 and "right" in run.out, run.said())
    findings.holds("doctor: the key is not told", not run.tells_the_key(), run.said())


def batch(nekoyaku, aimock, findings):
    """aimock's batches go through all their states, and are answered with one sentence that answers nothing."""
    if once(nekoyaku, "batch", "--help").code != 0:
        print("skip a batch: this nekoyaku has no `batch`", flush=True)
        return
    server = ["--base-url", aimock.base_url]
    with tempfile.TemporaryDirectory() as folder:

        def run(*arguments):
            return Run(folder, nekoyaku, *arguments)

        submitted = run("batch", "submit", "issue.md", *server, "--model", "right")
        findings.holds("batch: the requests are a file, and the file is a batch", submitted.code == 0, submitted.said())
        again = run("batch", "submit", "issue.md", *server, "--model", "right")
        batches = get(f"{aimock.base_url}/batches")["data"]
        findings.holds("batch: submitted twice it is one batch", len(batches) == 1, again.said())
        waited = run("batch", "status", "--wait", "--interval", "0.2", *server)
        findings.holds("batch: it is waited for until it is completed", waited.code in (0, 1) and "batch fetch" in waited.out + waited.err, waited.said())
        fetched = run("batch", "fetch", *server)
        findings.holds("batch: answers that answer nothing are refused, exit code 1", fetched.code == 1, fetched.said())
        findings.holds("batch: none of them is kept", fetched.kept() == 0, fetched.said())
        findings.holds("batch: the key is in no file", not fetched.tells_the_key(), fetched.said())
