"""Measures what is not measured yet of an evaluation, by the judges that are here."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastface_core.evaluation.journal import Journal
from fastface_core.evaluation.judges import panels
from fastface_core.evaluation.results import Judged
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.evaluation.scoring import score
from fastface_core.models import installed
from fastface_core.progress import CancelToken

if TYPE_CHECKING:
    from fastface_core.evaluation.judges import Judges


def measure(
    run: RunFolder, journal: Journal, judges: "Judges", report: Callable[[int, int], None], cancel: CancelToken
) -> int:
    """Measures every picture that is there, keeps why the rest is not measured, and returns how many were looked at.

    Args:
        report: gets how many pictures are done, of how many.

    Raises:
        FastFaceError: see `scoring.score`.
        Cancelled: between two pictures.
    """
    plan = run.plan
    found, failed = panels(judges, installed.find, tuple(one.checkpoint for one in plan.contenders))
    skipped = {
        one.name: found[one.checkpoint].skipped if one.checkpoint in found else {"everything": failed[one.checkpoint]}
        for one in plan.contenders
    }
    Judged(skipped=skipped).keep(run)
    metrics = {one.name: found[one.checkpoint].metrics for one in plan.contenders if one.checkpoint in found}
    return score(run, journal, metrics, report, cancel)
