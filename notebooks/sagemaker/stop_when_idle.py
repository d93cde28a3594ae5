"""Stop this notebook instance when nobody has run anything for a while; it bills while it is up.

Usage: ``stop_when_idle.py INSTANCE REGION MINUTES``, every few minutes, as root on the instance.
Idle means: no kernel is busy, and the newest of what the kernels and terminals did, and of the
server's own start, is older than MINUTES. An open browser tab is no activity. Python 3.9's library
and the AWS command line are all that it needs.
"""

import json
import os
import ssl
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from urllib.request import urlopen

JUPYTER = os.environ.get("JUPYTER", "https://localhost:8443")


def ask(page):
    """Return what Jupyter's API says; its certificate is its own, and it never leaves this host."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with urlopen(f"{JUPYTER}/api/{page}", timeout=20, context=trusting) as answer:
        return json.load(answer)


def moment(text):
    """Return the time in ``2026-01-31T12:00:00.000000Z``."""
    return datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)


def last_activity(now):
    """Return when somebody last ran something: now while a kernel is busy."""
    kernels = ask("kernels")
    if any(kernel["execution_state"] == "busy" for kernel in kernels):
        return now
    acted = [moment(each["last_activity"]) for each in [*kernels, *ask("terminals")]]
    return max([moment(ask("status")["started"]), *acted])


def main(instance, region, minutes):
    """Look once; stop the instance if it is idle."""
    now = datetime.now(timezone.utc)
    idle = now - last_activity(now)
    print(f"idle for {idle.total_seconds() / 60:.0f} of {minutes} minutes")
    if idle >= timedelta(minutes=int(minutes)):
        words = ["--region", region, "--notebook-instance-name", instance]
        subprocess.run(["aws", "sagemaker", "stop-notebook-instance", *words], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
