"""llama.cpp's own server, and a model of random weights: real grammars, real templates, junk."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ground import MARK, Missing, body, cache, fetch, free_port, need, once, segments, source, translate, wait_for
from witness import Witness

# The sdist of the Python binding has the server's source, as one file from a package registry.
VERSION = "0.3.36"
NAME = f"llama.cpp of llama-cpp-python {VERSION}"

OFF = ["BUILD_SHARED_LIBS", "GGML_NATIVE", "GGML_OPENMP", "LLAMA_OPENSSL", "LLAMA_BUILD_TESTS",
       "LLAMA_BUILD_EXAMPLES", "LLAMA_BUILD_APP", "LLAMA_USE_PREBUILT_UI", "LLAMA_BUILD_UI"]


def python(folder):
    """A Python with what makes models and builds servers."""
    there = folder / "python" / "bin" / "python"
    if not (folder / "python" / "complete").exists():
        fetch(sys.executable, "-m", "venv", "--clear", folder / "python")
        fetch(there, "-m", "pip", "install", "--quiet", "cmake", "ninja", "gguf", "numpy",
              "scikit-build-core", "pathspec", "pyproject_metadata")
        (folder / "python" / "complete").touch()
    return there


def server(folder):
    """The server's binary; the first time it is built, for some twelve minutes of one core."""
    binary = folder / "llama-server"
    if binary.exists():
        return binary
    need("cc", "c++")
    there, work = python(folder), folder / "work"
    print(f"     {NAME} is built; this is done once", flush=True)
    fetch(there, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation",
          "--no-binary", "llama-cpp-python", "-d", work, f"llama-cpp-python=={VERSION}")
    fetch("tar", "xzf", work / f"llama_cpp_python-{VERSION}.tar.gz", "-C", work)
    path = {**os.environ, "PATH": f"{there.parent}{os.pathsep}{os.environ['PATH']}"}
    fetch("cmake", "-S", work / f"llama_cpp_python-{VERSION}" / "vendor" / "llama.cpp", "-B", work / "build", "-G", "Ninja",
          "-DCMAKE_BUILD_TYPE=Release", *[f"-D{name}=OFF" for name in OFF], env=path)
    fetch("ninja", "-C", work / "build", "llama-server", env=path)
    # Under its name there is only ever a whole one.
    shutil.copy(work / "build" / "bin" / "llama-server", folder / "llama-server.new")
    os.replace(folder / "llama-server.new", binary)
    shutil.rmtree(work)
    return binary


def model(folder):
    """The model, anew where the script that makes it has changed."""
    script = Path(__file__).with_name("tiny_gguf.py")
    made = folder / f"noise-{hashlib.sha256(script.read_bytes()).hexdigest()[:12]}.gguf"
    if not made.exists():
        new = made.with_suffix(".new")
        fetch(python(folder), script, new)
        os.replace(new, made)
    return made


def look(nekoyaku, findings):
    folder = cache(f"llama-{VERSION}")
    binary, weights = server(folder), model(folder)
    for mode in [["--no-jinja"], []]:
        with Llama(binary, weights, mode) as llama:
            junk(nekoyaku, findings, llama, " ".join(mode) or "with jinja")


class Llama:
    """A running server, and a witness before it."""

    def __init__(self, binary, weights, mode):
        self.port = free_port()
        command = [binary, "-m", weights, "--host", "127.0.0.1", "--port", str(self.port), "-c", "131072", "-np", "4",
                   "-t", "2", "--seed", "1", "--alias", "noise", "--no-webui", *mode]
        self.server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.witness = Witness(self.port)

    def __enter__(self):
        try:
            wait_for(f"http://127.0.0.1:{self.port}/v1/models", self.server)
        except Missing:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.witness.stop()
        self.server.terminate()
        try:
            self.server.wait(10)
        except subprocess.TimeoutExpired:
            self.server.kill()


def junk(nekoyaku, findings, llama, mode):
    # What one character becomes may be a sign or a word of English: nobody can tell that from junk.
    issue = source().replace("| 无 |", "| 没有 |")
    run = translate(nekoyaku, llama.witness.base_url, "noise", issue=issue)
    asked = llama.witness.asked
    forms = {}
    for form, status in asked:
        forms.setdefault(form, {}).setdefault(status, 0)
        forms[form][status] += 1
    told = "; ".join(f"{form} {', '.join(f'{count} × {status}' for status, count in ended.items())}" for form, ended in forms.items())
    print(f"     {mode}: {len(asked)} requests in {run.seconds:.0f} s: {told}", flush=True)

    edition, count = run.edition or "", segments(nekoyaku, issue)
    findings.holds(f"{mode}: exit code 1", run.code == 1, run.said())
    findings.holds(f"{mode}: all {count} segments are left in Chinese", f"{count} left in Chinese" in run.out, run.said())
    # The title is no Markdown: its mark is a comment of the front matter.
    findings.holds(f"{mode}: each of them is marked", edition.count(MARK) == count - 1 and edition.count("# nekoyaku: untranslated") == 1, edition)
    findings.holds(f"{mode}: without the marks its body is the source's, byte for byte", body(edition.replace(MARK, "")) == body(issue), edition)
    findings.holds(f"{mode}: no junk is kept as an answer that was paid for", run.kept() == 0, run.said())
    looked = once(nekoyaku, "doctor", "--base-url", llama.witness.base_url)
    findings.holds(f"{mode}: doctor finds the model, and that it translates nothing", looked.code == 2 and "noise" in looked.out and "the only one" in looked.out and "no answer was a translation" in looked.out, looked.said())
    if mode == "--no-jinja":
        findings.holds(f"{mode}: the server keeps to the schema, and nobody steps down", set(forms) == {"json_schema"}, told)
    else:
        refused = sum(count for ended in forms.values() for status, count in ended.items() if status == 500)
        findings.holds(f"{mode}: the ladder steps down, json_schema, json_object, text", list(forms)[:3] == ["json_schema", "json_object", "text"], told)
        findings.holds(f"{mode}: what fails by its format is not tried again and again", refused <= 8, told)
