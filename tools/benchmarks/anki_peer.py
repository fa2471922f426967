"""The same records as notes of Anki, by its own client and its own sync server: what each conversation costs in bytes
of HTTP (`peers/anki_sync.py`)."""
import json
import subprocess

from . import figures, peers

VERSION = "26.9.3"
SCRIPT = peers.HERE / "anki_sync.py"


def measure(given):
    """Bytes by the names of `loksync wire measure`, and `requests`, which a meeting takes one after the other."""
    python = peers.environment([f"anki=={VERSION}"])
    try:
        ran = subprocess.run([python, SCRIPT], input=json.dumps(given), check=True, stdout=subprocess.PIPE, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise peers.Missing(f"Anki does not sync: {error}") from error
    return checked(json.loads(ran.stdout))


def checked(report):
    if not report.pop("isSame"):
        raise figures.Wrong("Anki's second client does not hold what its first one wrote")
    return report
