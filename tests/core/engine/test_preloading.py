"""torch's libraries are loaded beforehand, in the background, and torch is the same as without."""

import os
import subprocess
import sys

import pytest

# How much of the first thread's computing passed between two moments in which another thread could run.
LONGEST_HOLD = """
import sys, threading, time
preload = sys.argv[1] == "preload"
sys.setswitchinterval(0.001)
clock = time.pthread_getcpuclockid(threading.main_thread().ident)
longest, done = 0.0, threading.Event()
def watch():
    global longest
    last = time.clock_gettime(clock)
    while not done.is_set():
        time.sleep(0.001)
        now = time.clock_gettime(clock)
        longest, last = max(longest, now - last), now
watcher = threading.Thread(target=watch)
watcher.start()
if preload:
    from fastface_core.engine.preloading import preload_torch
    preload_torch()
import torch._C
done.set()
watcher.join()
import torch
assert torch.ones(2).sum().item() == 2
print(longest)
"""


def longest_hold(how: str) -> float:
    done = subprocess.run([sys.executable, "-c", LONGEST_HOLD, how], capture_output=True, text=True, check=True)
    return float(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads another thread's clock")
def test_other_threads_can_run_while_torch_is_loaded() -> None:
    held, free = longest_hold("plain"), longest_hold("preload")
    assert free < 0.1
    assert free < held


def test_threads_that_wait_leave_the_core_to_others() -> None:
    code = "import os, fastface_core.engine.device; print(os.environ['OMP_WAIT_POLICY'])"
    for said, expected in ((None, "PASSIVE"), ("active", "active")):
        environment = {key: value for key, value in os.environ.items() if key != "OMP_WAIT_POLICY"}
        environment |= {"OMP_WAIT_POLICY": said} if said else {}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected
