"""Stands before a server, passes everything on, and remembers what was asked and how it ended."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    # All that is asked at once comes at once.
    request_queue_size = 256


class Witness:
    def __init__(self, port):
        asked = self.asked = []

        class Passing(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                behind = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
                try:
                    kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
                    behind.request(self.command, self.path, body, kept)
                    reply = behind.getresponse()
                    text = reply.read()
                    if self.command == "POST":
                        asked.append((form(body), reply.status))
                    self.send_response(reply.status)
                    self.send_header("Content-Type", reply.getheader("Content-Type") or "application/json")
                    self.send_header("Content-Length", str(len(text)))
                    self.end_headers()
                    self.wfile.write(text)
                finally:
                    behind.close()

            do_GET = do_POST = pass_on

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Passing)
        self.base_url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def form(body):
    """What a request wants its answer to be held to."""
    return (json.loads(body).get("response_format") or {}).get("type", "text")
