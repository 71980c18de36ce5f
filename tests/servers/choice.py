"""Which servers a run uses: addresses given in the environment, containers, or the embedded ones."""

import functools
import gc
import os
import warnings
from typing import Literal, get_args

import docker
from docker.errors import DockerException

Kind = Literal["embedded", "containers"]

CHOICE = "SENANDUNG_TEST_SERVERS"  # embedded, containers or auto
KAFKA = "SENANDUNG_TEST_KAFKA"  # host:port of a broker that stands already
POSTGRES = "SENANDUNG_TEST_POSTGRES"  # DSN of an administrator's database of a server that stands already


class NoEngineError(RuntimeError):
    """Containers were asked for and no container engine answers: start one, or set SENANDUNG_TEST_SERVERS=embedded."""


def kind_of_servers() -> Kind:
    """Return what the shared fixtures use: containers wherever an engine answers, unless the environment chooses."""
    return kinds()[-1]


@functools.cache
def kinds() -> tuple[Kind, ...]:
    """Return every kind that this run can and shall test; raise NoEngineError rather than leave one out."""
    choice = os.environ.get(CHOICE, "auto")
    if choice not in ("auto", *get_args(Kind)):
        raise ValueError(f"{CHOICE}={choice}: say embedded, containers or auto")
    if choice == "embedded":
        return ("embedded",)
    if choice == "containers" and not engine_answers():
        raise NoEngineError(NoEngineError.__doc__)
    if choice == "containers":
        return ("containers",)
    return ("embedded", "containers") if engine_answers() else ("embedded",)


@functools.cache
def engine_answers() -> bool:
    """Ask the container engine for a sign of life."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # docker leaves the socket open on which nobody answered,
        answers = ping()
        gc.collect()  # and what is collected here fails no test later
    return answers


def ping() -> bool:
    """Tell whether an engine can be reached; one that may not be used by this user cannot."""
    try:
        client = docker.from_env(timeout=10)
    except DockerException:
        return False
    client.close()
    return True
