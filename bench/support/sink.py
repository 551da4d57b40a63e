"""A registry that takes everything and keeps only manifests: python3 sink.py PORT

It speaks just enough of the distribution specification for a push. Bodies of blobs are counted and thrown away inside
the kernel (MSG_TRUNC, tcp(7)): what a publisher reaches against it is the publisher's own speed. Python, since Node
gives no access to that flag. GET /count answers {"blobs": bytes of all blob bodies}.
"""

import hashlib
import json
import re
import socket
import sys
import threading
import uuid
from urllib.parse import parse_qs, urlsplit

PIECE = 4 << 20
lock = threading.Lock()
counts = {"blobs": 0}
sizes = {}  # digest -> bytes
uploads = {}  # upload -> bytes so far
manifests = {}  # (repository, tag or digest) -> (media type, bytes)


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.rest = b""
        self.scratch = bytearray(PIECE)

    def head(self):
        """Method, target and headers of the next request; None at the end of the connection."""
        while b"\r\n\r\n" not in self.rest:
            more = self.sock.recv(65536)
            if not more:
                return None
            self.rest += more
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        return method, target, {k.lower(): v.strip() for k, v in (line.split(":", 1) for line in lines)}

    def keep(self, length):
        """The body's bytes."""
        while len(self.rest) < length:
            self.rest += self.sock.recv(65536)
        body, self.rest = self.rest[:length], self.rest[length:]
        return body

    def discard(self, length):
        taken = min(len(self.rest), length)
        self.rest = self.rest[taken:]
        while taken < length:
            got = self.sock.recv_into(self.scratch, min(PIECE, length - taken), socket.MSG_TRUNC)
            if not got:
                raise ConnectionError("the body ended early")
            taken += got

    def answer(self, status, headers=None, body=b"", length=None):
        lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(body) if length is None else length}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.sock.sendall("\r\n".join([*lines, "", ""]).encode() + body)


def serve(sock):
    connection = Connection(sock)
    with sock:
        while (request := connection.head()) is not None:
            method, target, headers = request
            url = urlsplit(target)
            length = int(headers.get("content-length", 0))
            if match := re.fullmatch(r"/v2/(.+)/blobs/uploads/(.*)", url.path):
                upload(connection, method, length, *match.groups(), parse_qs(url.query))
            elif match := re.fullmatch(r"/v2/(.+)/manifests/(.+)", url.path):
                manifest(connection, method, connection.keep(length), headers, *match.groups())
            elif match := re.fullmatch(r"/v2/.+/blobs/(.+)", url.path):
                size = sizes.get(match[1]) if method == "HEAD" else None
                connection.answer(404 if size is None else 200, length=size)
            elif url.path == "/count":
                connection.answer(200, body=json.dumps(counts).encode())
            else:
                connection.answer(200 if url.path == "/v2/" else 404)


def upload(connection, method, length, repository, upload_id, query):
    if method == "POST":
        upload_id = str(uuid.uuid4())
        uploads[upload_id] = 0
    connection.discard(length)
    with lock:
        counts["blobs"] += length
    uploads[upload_id] += length
    if method == "DELETE":
        connection.answer(204)
    elif "digest" in query:
        digest = query["digest"][0]
        sizes[digest] = uploads.pop(upload_id)
        connection.answer(201, {"Location": f"/v2/{repository}/blobs/{digest}", "Docker-Content-Digest": digest})
    else:
        place = {"Location": f"/v2/{repository}/blobs/uploads/{upload_id}", "Range": f"0-{max(uploads[upload_id] - 1, 0)}"}
        connection.answer(202, place)


def manifest(connection, method, body, headers, repository, reference):
    if method == "PUT":
        digest = "sha256:" + hashlib.sha256(body).hexdigest()
        for name in (reference, digest):
            manifests[repository, name] = (headers["content-type"], body)
        connection.answer(201, {"Location": f"/v2/{repository}/manifests/{digest}", "Docker-Content-Digest": digest})
        return
    found = manifests.get((repository, reference))
    if found is None:
        connection.answer(404)
        return
    digest = "sha256:" + hashlib.sha256(found[1]).hexdigest()
    described = {"Content-Type": found[0], "Docker-Content-Digest": digest}
    connection.answer(200, described, b"" if method == "HEAD" else found[1], len(found[1]))


def main(port):
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            sock, _ = server.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=serve, args=(sock,), daemon=True).start()


if __name__ == "__main__":
    main(int(sys.argv[1]))
