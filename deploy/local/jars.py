"""Apache Kafka's class path: jars pinned by hash in requirements/kafka.txt, downloaded once; run, it pins anew."""

import hashlib
import random
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jgo.maven import MavenContext

from deploy.local.cache import alone, cache_folder

PINS = Path(__file__).parents[2] / "requirements" / "kafka.txt"
# Only what the broker's program needs; slf4j-simple stays at the line of the slf4j-api that Kafka brings.
WANTED = ("org.apache.kafka:kafka_2.13:4.3.1", "org.slf4j:slf4j-simple:1.7.36")
ATTEMPTS = 4
AT_ONCE = 4  # downloads
SECONDS = 60  # without a byte before a download is given up and tried again


class JarsUnavailableError(RuntimeError):
    """Kafka's jars could not be fetched whole: look at the network, the proxy, the certificates."""


@dataclass(frozen=True)
class Pin:
    """A jar by its Maven coordinate (`group:artifact:version`) and the SHA-256 of its bytes."""

    coordinate: str
    sha256: str

    def holds(self, jar: Path) -> bool:
        """Tell whether a file is whole and is what was pinned: a cut-off download is neither."""
        return jar.is_file() and sha256_of(jar) == self.sha256


def class_path(cache: Path | None = None) -> str:
    """Return the class path of all pinned jars, fetching what is missing (45 MB the first time).

    The listing is written last, so it names only jars that were checked. Safe when several processes call at once.
    """
    folder = cache or cache_folder()
    listing = folder / f"kafka-{pins_digest()}.classpath"
    with alone(folder, "kafka-jars"):
        if not listing.exists():
            names = [str(jar.relative_to(folder)) for jar in fetch_all(folder, list(read_pins()))]
            listing.with_suffix(".new").write_text("\n".join(names))
            listing.with_suffix(".new").replace(listing)
    return ":".join(str(folder / name) for name in listing.read_text().splitlines())


def pins_digest() -> str:
    """Return a short name for this very set of jars."""
    return hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]


def read_pins() -> Iterator[Pin]:
    """Read requirements/kafka.txt: a coordinate and a hash a line."""
    for line in PINS.read_text().splitlines():
        if line and not line.startswith("#"):
            coordinate, _, sha256 = line.partition(" sha256:")
            yield Pin(coordinate, sha256)


def fetch_all(folder: Path, pins: list[Pin]) -> Iterator[Path]:
    """Yield each jar in the pins' order, telling every tenth."""
    say(f"fetching Apache Kafka, {len(pins)} jars (once, 45 MB)")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for count, jar in enumerate(pool.map(lambda pin: fetch(folder, pin), pins), start=1):
            if count % 10 == 0 or count == len(pins):
                say(f"{count} of {len(pins)} jars are here")
            yield jar


def fetch(folder: Path, pin: Pin) -> Path:
    """Return one jar, whole; a broken one is thrown away and fetched again, a few times."""
    trouble: Exception | None = None
    for attempt in range(ATTEMPTS):
        try:
            jar = resolve(folder, pin.coordinate)
        except (
            OSError,
            RuntimeError,
        ) as error:  # requests' errors are OSErrors; jgo raises RuntimeError for a 404 or 503
            trouble = error
            time.sleep(random.uniform(0.5, 1.5) * 2**attempt)  # noqa: S311 - jitter
            continue
        if pin.holds(jar):
            return jar
        jar.unlink()
    raise JarsUnavailableError(f"{pin.coordinate} could not be fetched whole in {ATTEMPTS} attempts") from trouble


def resolve(folder: Path, coordinate: str) -> Path:
    """Let jgo find a jar in the folder, else download it; it may be cut off."""
    return MavenContext(repo_cache=folder / "maven", timeout=SECONDS).create_dependency(coordinate).artifact.resolve()


def pin_anew(wanted: Iterable[str]) -> str:
    """Resolve coordinates with all they need at run time; return the text of requirements/kafka.txt."""
    context = MavenContext(repo_cache=cache_folder() / "maven", timeout=SECONDS)
    direct, transitive = context.resolver.resolve([context.create_dependency(each) for each in wanted])
    artifacts = [each.artifact for each in (*direct, *transitive) if each.scope in ("compile", "runtime", None)]
    lines = [
        f"{each.groupId}:{each.artifactId}:{each.version} sha256:{sha256_of(each.resolve())}" for each in artifacts
    ]
    return "\n".join(["# Apache Kafka's jars, checked by hash; made by `make lock`.", *lines, ""])


def sha256_of(file: Path) -> str:
    """Return the hash of a file's bytes, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def say(text: str) -> None:
    """Tell a person that something is going on."""
    print(f"kafka: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    PINS.write_text(pin_anew(WANTED))
