"""Requests to a server over a few kept-open connections, from one process that waits for none of them alone.

Bodies are ready before the clock starts and answers are looked at after it has stopped, so that the client takes a
few hundredths of a millisecond per request; ``Load.client_share`` says how busy it was.
"""

import selectors
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_WAIT = 60.0  # seconds for one answer


@dataclass(frozen=True)
class Load:
    """What came of it.

    Attributes
    ----------
    seconds : float
        From the first request to the last answer.
    latencies : list of float
        Seconds from a request's first byte to its answer's last, in the order of answers.
    answers : list of (int, bytes)
        Number of the body that was sent, and what was answered: the body, where the status is 200.
    client_share : float
        Share of the time, 0 to 1, in which the client's own core was busy.
    """

    seconds: float
    latencies: list[float]
    answers: list[tuple[int, bytes]]
    client_share: float


class _Connection:
    """One connection with one request on its way."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LONGEST_WAIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number, self.began, self.parts, self.missing = -1, 0.0, bytearray(), -1

    def send(self, number: int, request: bytes) -> None:
        self.number, self.began, self.missing = number, time.perf_counter(), -1
        self.parts.clear()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Return the answer's body once all of it is there; b"" where the status is not 200."""
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.parts += chunk
        if self.missing < 0:
            head, found, _ = self.parts.partition(b"\r\n\r\n")
            if not found:
                return None
            lowered = bytes(head).lower()
            length = int(lowered.split(b"content-length:")[1].split(b"\r\n")[0])
            self.missing = len(head) + 4 + length
            self.body_at = len(head) + 4
        if len(self.parts) < self.missing:
            return None
        return bytes(self.parts[self.body_at : self.missing]) if self.parts[9:12] == b"200" else b""


def requests_of(bodies: Sequence[bytes], path: str = "/predict") -> list[bytes]:
    """Return whole HTTP requests, ready to be sent."""
    head = "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
    return [head.format(path, len(body)).encode("ascii") + body for body in bodies]


def load(port: int, requests: Sequence[bytes], seconds: float, n_connections: int) -> Load:
    """Send requests, one after the other and again from the first, for ``seconds``."""
    connections = [_Connection(port) for _ in range(n_connections)]
    selector = selectors.DefaultSelector()
    latencies, answers, sent = [], [], 0
    began, busy = time.perf_counter(), time.process_time()
    end = began + seconds
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(sent % len(requests), requests[sent % len(requests)])
        sent += 1
    waiting = n_connections
    while waiting:
        events = selector.select(LONGEST_WAIT)
        if not events:
            raise TimeoutError(f"no answer within {LONGEST_WAIT:.0f} s")
        for key, _ in events:
            connection = key.data
            body = connection.receive()
            if body is None:
                continue
            now = time.perf_counter()
            latencies.append(now - connection.began)
            answers.append((connection.number, body))
            if now >= end:
                waiting -= 1
                selector.unregister(connection.socket)
                continue
            connection.send(sent % len(requests), requests[sent % len(requests)])
            sent += 1
    took = time.perf_counter() - began
    for connection in connections:
        connection.socket.close()
    return Load(took, latencies, answers, (time.process_time() - busy) / took)
