"""The peers of `tools/bench`: compiled and started by the call that measures them, stopped by it."""
import contextlib
import importlib.util
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
# Of Python, each kept from one call to the next.
ENVIRONMENTS = HERE.parents[2] / ".build" / "peers"
POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
COMPILER = ["gcc", "libc6-dev"]
SQLITE = ["libsqlite3-dev"]
POSTGRESQL = ["postgresql-15", "libpq-dev"]
REDIS = ["redis-server", "libhiredis-dev"]
FLAGS = {"floor": ["-lsqlite3"], "postgres": ["-I/usr/include/postgresql", "-lpq"], "redis": ["-lhiredis"],
         "protobuf": ["-lprotobuf-c"], "scan": ["-lsqlite3"],
         "cursor": ["-I/usr/include/postgresql", "-lpq", "-lsqlite3"],
         "changeset": ["-DSQLITE_ENABLE_SESSION", "-DSQLITE_ENABLE_PREUPDATE_HOOK", "-lsqlite3"]}


class Missing(Exception):
    """A peer cannot be had: the bench fails, it does not skip it."""


def install(packages):
    """What is missing of a bench's packages, from Debian."""
    wanted = [name for name in packages if not _is_installed(name)]
    if not wanted:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *wanted]
    try:
        subprocess.run(["apt-get", "update", "-qq"], check=True, stdout=subprocess.DEVNULL)
        # What is measured starts its own servers; a package's own would run beside them.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"})
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(f"peers need the packages {' '.join(wanted)}: {error}") from error


def _is_installed(package):
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", package], text=True, check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return shown.stdout == "installed"


def environment(packages):
    """The Python of an environment with these packages from PyPI, each with its version; made by the first call."""
    folder = ENVIRONMENTS / "-".join(name.replace("==", "-") for name in packages)
    python, whole = folder / "bin" / "python", folder / "whole"
    if whole.exists():
        return python
    if importlib.util.find_spec("ensurepip") is None:
        install(["python3-venv"])
    shutil.rmtree(folder, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "--only-binary", ":all:", *packages], check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(f"peers need {' '.join(packages)} from PyPI: {error}") from error
    whole.touch()
    return python


def compiled(folder, name, more=()):
    """The load of one peer, built from its C; `more` are other sources and folders that it needs."""
    return _built(pathlib.Path(folder) / name, name, [*more, *FLAGS[name], "-lpthread"])


def counting_library(folder):
    """For LD_PRELOAD: counts allocations."""
    return _built(pathlib.Path(folder) / "allocations.so", "allocations", ["-shared", "-fPIC"])


def _built(binary, name, more):
    command = ["cc", "-std=gnu11", "-O2", "-D_GNU_SOURCE", "-o", binary, HERE / f"{name}.c", *more]
    try:
        subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing(f"{name}.c does not build: {error}") from error
    return binary


def measured(binary, target, load, **more):
    """Runs one peer's load; gives what it printed."""
    words = {"target": target, **load, **more}
    command = [str(binary)]
    for name, value in words.items():
        command += ["--" + name.replace("_", "-"), str(value)]
    try:
        ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    except subprocess.CalledProcessError as error:
        raise Missing(f"{binary.name} failed with {error.returncode}") from error
    return json.loads(ran.stdout)


@contextlib.contextmanager
def postgres(folder):
    """A cluster of its own; gives (connection string, process id)."""
    data = pathlib.Path(folder) / "postgres-data"
    data.mkdir()
    as_owner = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(data, owner.pw_uid, owner.pw_gid)
        os.chmod(folder, 0o711)
        as_owner = ["runuser", "-u", "postgres", "--"]
    port = _free_port()
    settings = ["shared_buffers=1GB", "synchronous_commit=on", "max_wal_size=4GB", "max_connections=300",
                f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={data}"]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run([*as_owner, POSTGRES / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8",
                    "--locale=C"], **quiet)
    options = " ".join(f"-c {setting}" for setting in settings)
    control = [*as_owner, POSTGRES / "pg_ctl", "-D", data, "-l", data / "log"]
    subprocess.run([*control, "-w", "-o", options, "start"], **quiet)
    try:
        process = int((data / "postmaster.pid").read_text().split()[0])
        yield f"host=127.0.0.1 port={port} user=postgres dbname=postgres", process
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **quiet)
        shutil.rmtree(data, ignore_errors=True)


def asked(target, question):
    """One answer of PostgreSQL, as text."""
    shown = subprocess.run([POSTGRES / "psql", target, "-Atc", question], check=True, stdout=subprocess.PIPE,
                           text=True)
    return shown.stdout.strip()


@contextlib.contextmanager
def redis(folder):
    """A server of its own that fsyncs before it answers; gives (port, process id)."""
    data = pathlib.Path(folder) / "redis-data"
    data.mkdir()
    port = _free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", data, "--save", "",
               "--appendonly", "yes", "--appendfsync", "always"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield port, process.pid
        finally:
            process.terminate()
    shutil.rmtree(data, ignore_errors=True)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(port, process):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise Missing(f"no server on port {port}")
