"""Gunicorn's settings, the same natively and in a container, and what runs beside the requests."""

import sys
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).resolve().parent))

# One process with threads: they wait for the database, not for the processor.
workers = 1
worker_class = "gthread"
threads = 8
timeout = 60
control_socket_disable = True


def post_worker_init(worker) -> None:
    from follow_types import follow_types

    Thread(target=follow_types, args=(worker.wsgi,), daemon=True).start()
