"""Read pytest's reports: nothing was skipped, and the servers' own tests ran on the kind that was asked for.

In containers the city of `deploy/compose.yaml` must have been among them.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree as ET


def main(kind: str, *reports: str) -> int:
    """Return 0 when nothing was skipped and at least one test names the kind of servers, in containers also compose."""
    found = {report: list(ET.parse(report).iter("testcase")) for report in reports}
    cases = [case for each in found.values() for case in each]
    skipped = [case.get("name") for case in cases if case.find("skipped") is not None]
    on_kind = [case for case in cases if f"[{kind}]" in (case.get("name") or "")]
    in_compose = [case for case in cases if (case.get("classname") or "").startswith("tests.compose.")]
    print(
        f"{kind}: {len(cases)} tests ran, {len(on_kind)} of them on {kind} by name, "
        f"{len(in_compose)} on the compose file, {len(skipped)} skipped"
    )
    for name in skipped:
        print(f"skipped, which is a failure here: {name}")
    missing = [report for report, each in found.items() if not each]
    for report in missing:
        print(f"no test ran, which is a failure here: {Path(report).name}")
    return 1 if skipped or missing or not on_kind or (kind == "containers" and not in_compose) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
