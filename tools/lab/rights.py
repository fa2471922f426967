"""Who is not root becomes it in a user namespace of its own, where that is allowed."""
import os
import pathlib
import subprocess
import sys

from .namespaces import NAMES, NotAllowed, call

_MARK = "POOR_LINK_USER_NAMESPACE"


def obtain(program):
    """Comes back with the right to make network namespaces; may start `program` anew to get it.

    In a user namespace, /run is an empty folder of our own: the names of the namespaces have to go there. And
    this process has a network namespace of its own to come back to, since nobody may enter the machine's.
    """
    if sys.platform != "linux":
        raise NotAllowed("it needs Linux")
    if os.environ.pop(_MARK, None):
        call("mount", "-t", "tmpfs", "tmpfs", NAMES if NAMES.exists() else NAMES.parent)
    elif os.geteuid() != 0:
        tried = subprocess.run(["unshare", "-rmn", "true"], stderr=subprocess.DEVNULL, check=False)
        if tried.returncode != 0:
            raise NotAllowed("neither root nor leave to make user namespaces (unshare -rmn)")
        os.environ[_MARK] = "1"
        os.execvp("unshare", ["unshare", "-rmn", "--", sys.executable, str(pathlib.Path(program).resolve()),
                              *sys.argv[1:]])
