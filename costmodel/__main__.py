"""``python -m costmodel``, and the command ``costmodel``."""

import atexit
import gc
import os

from costmodel.cli import main


def start() -> None:
    """Run the command line in a process of its own."""
    gc.disable()  # a command lives for seconds and makes no cycles worth a search: a twentieth of its time
    atexit.register(gc.freeze)  # what is left at the end goes with the process: Python would search it for cycles
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # reading rests on no plugin, and a search for them takes 0.03 s
    main()


if __name__ == "__main__":
    start()
