"""``python -m costmodel``, and the command ``costmodel``."""

import gc

from costmodel.cli import main


def start() -> None:
    """Run the command line in a process of its own."""
    gc.disable()  # a command lives for seconds and makes no cycles worth a search: a twentieth of its time
    main()


if __name__ == "__main__":
    start()
