"""The same records as JSON over HTTP/1.1 with gzip: a plain client and server on loopback, whose bytes are
counted at the client's socket. Bodies are compact and gzipped at level 9 where that makes them smaller;
headers are those that a usual Android client and a usual API server send."""
import contextlib
import gzip
import http.client
import http.server
import json
import threading

# As long as a signed token with two claims is.
TOKEN = "eyJhbGciOiJFZERTQSJ9." + "c" * 96 + "." + "s" * 86
REQUEST_HEADERS = {
    "Authorization": "Bearer " + TOKEN,
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": "okhttp/4.12.0",
}
# Below it gzip's own header costs more than it saves.
GZIP_MINIMUM = 150


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "nginx", ""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        records = json.loads(body)["records"]
        self.answer({"accepted": len(records), "rejected": [], "checkpoint": 1234567})

    def do_GET(self):
        self.answer({"records": self.server.records, "checkpoint": 1234567})

    def answer(self, value):
        body = compact(value)
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        if len(body) >= GZIP_MINIMUM:
            body = gzip.compress(body, 9)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class CountingSocket:
    """A socket that knows what it has carried."""

    def __init__(self, inner):
        self._inner, self.up, self.down = inner, 0, 0

    def sendall(self, data, *rest):
        self.up += len(data)
        return self._inner.sendall(data, *rest)

    def makefile(self, *arguments, **options):
        return CountingFile(self, self._inner.makefile(*arguments, **options))

    def __getattr__(self, name):
        return getattr(self._inner, name)


class CountingFile:
    def __init__(self, counter, inner):
        self._counter, self._inner = counter, inner

    def readline(self, *arguments):
        return self._count(self._inner.readline(*arguments))

    def read(self, *arguments):
        return self._count(self._inner.read(*arguments))

    def _count(self, data):
        self._counter.down += len(data)
        return data

    def __getattr__(self, name):
        return getattr(self._inner, name)


@contextlib.contextmanager
def server(records):
    """The port of a server that gives these records to everybody who asks."""
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    running.records = records
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        yield running.server_address[1]
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def exchange(port, method, path, value=None):
    """(bytes up, bytes down, the answer) of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    counting = connection.sock = CountingSocket(connection.sock)
    headers, body = dict(REQUEST_HEADERS), None
    if value is not None:
        body = compact(value)
        headers["Content-Type"] = "application/json; charset=utf-8"
        if len(body) >= GZIP_MINIMUM:
            body, headers["Content-Encoding"] = gzip.compress(body, 9), "gzip"
    connection.request(method, path, body, headers)
    answer = json.loads(plain(connection.getresponse()))
    connection.close()
    return counting.up, counting.down, answer


def plain(response):
    body = response.read()
    return gzip.decompress(body) if response.getheader("Content-Encoding") == "gzip" else body


def measure(peer):
    """Bytes by the names of `loksync wire measure`: medians over the same meetings."""
    ups, acknowledgements, downs, nothings = [], [], [], []
    for records in peer["meetings"]:
        with server(records) as port:
            up, down, answer = exchange(port, "POST", "/v1/sync", {"records": records})
            assert answer["accepted"] == len(records)
            ups.append(up)
            acknowledgements.append(down)
            _, down, answer = exchange(port, "GET", "/v1/sync?since=1234567")
            assert answer["records"] == records
            downs.append(down)
        with server([]) as port:
            up, down, _ = exchange(port, "GET", "/v1/sync?since=1234567")
            nothings.append(up + down)
    with server([record for records in peer["first"] for record in records]) as port:
        up, down, _ = exchange(port, "GET", "/v1/sync?since=0")
    return {
        "meeting_up": median(ups), "acknowledgement": median(acknowledgements), "meeting_down": median(downs),
        "nothing_new": median(nothings), "history": up + down,
    }


def median(values):
    return sorted(values)[len(values) // 2]
