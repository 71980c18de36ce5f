"""The images `apache/kafka` and `postgres` under testcontainers, which by itself knows Kafka of another maker only."""

import io
import tarfile
from typing import Self

from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

IMAGE = "apache/kafka:4.3.1"
PORT = 9092
START = "/tmp/start-kafka.sh"  # noqa: S108 - in the container, which is ours alone
START_SECONDS = 120
# Any of these drops the image's own defaults, so all that a single node needs is here.
ENVIRONMENT = {
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9094",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_LISTENERS": f"HOST://:{PORT},INTERNAL://:9093,CONTROLLER://:9094",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "HOST:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "KAFKA_INTER_BROKER_LISTENER_NAME": "INTERNAL",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_MESSAGE_MAX_BYTES": "1048576",
    "KAFKA_LOG_MESSAGE_TIMESTAMP_TYPE": "LogAppendTime",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "3",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "KAFKA_HEAP_OPTS": "-Xms256m -Xmx512m",
}


class KafkaContainer(DockerContainer):
    """One node. A broker must advertise the port that clients reach, which is known only once the container runs.

    So the container waits for a file; `start` learns the mapped port and writes it; the image's own start follows.
    """

    def __init__(self) -> None:
        super().__init__(IMAGE)
        publish_on_loopback(self, PORT)
        for name, value in ENVIRONMENT.items():
            self.with_env(name, value)
        self.with_command(["bash", "-c", f"until [ -f {START} ]; do sleep 0.1; done; exec bash {START}"])

    def bootstrap(self) -> str:
        """Return `host:port` for clients on this machine."""
        return f"{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    def start(self) -> Self:
        """Start, and wait until the broker is ready."""
        super().start()
        self.get_wrapped_container().put_archive("/", archive(START, self.script()))
        LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(START_SECONDS).wait_until_ready(self)
        return self

    def script(self) -> bytes:
        """Return the script that the container waits for."""
        advertised = f"HOST://{self.bootstrap()},INTERNAL://localhost:9093"
        return f"export KAFKA_ADVERTISED_LISTENERS={advertised}\nexec /etc/kafka/docker/run\n".encode()


def postgres_container() -> PostgresContainer:
    """Return the image `postgres`, not yet started."""
    container = PostgresContainer("postgres:18", username="postgres", dbname="postgres", driver=None)
    publish_on_loopback(container, container.port)
    return container


def publish_on_loopback(container: DockerContainer, port: int) -> None:
    """Publish a port on any free one of 127.0.0.1, rather than to the whole network."""
    container.ports[str(port)] = ("127.0.0.1",)  # type: ignore[assignment] # docker takes an address, its types do not


def archive(path: str, content: bytes) -> bytes:
    """Return a tar archive of one file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo(path.lstrip("/"))
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
