"""A way to the web service that can be closed, or lose an answer."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Forwarder:
    """Passes TCP connections on. Open at first."""

    def __init__(self, host: str, port: int) -> None:
        """Take a port; listen as soon as the context is entered."""
        self.target = (host, port)
        self.lose_answers = 0
        # Done before an answer is lost.
        self.before_loss: Callable[[], None] = lambda: None
        self.listener: socket.socket | None = None
        self.port = 0

    def open(self) -> None:
        """Accept connections, on the same port as before."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self.listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def close(self) -> None:
        """Have connections refused."""
        if self.listener is not None:
            # Closing alone does not wake up the thread that accepts.
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(self.target) as server:
            threading.Thread(target=_pump, args=(client, server), daemon=True).start()
            answer = server.recv(65_536)
            if self.lose_answers > 0:
                self.lose_answers -= 1
                self.before_loss()
                # Closing alone waits for the thread that reads.
                client.shutdown(socket.SHUT_RDWR)
                return
            while answer:
                client.sendall(answer)
                answer = server.recv(65_536)

    def __enter__(self) -> Self:
        """Open it."""
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it for good."""
        self.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            target.sendall(data)
    except OSError:
        pass
