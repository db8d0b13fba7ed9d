"""The loop that every training of the UNet's networks shares: steps, averages, meetings of processes, checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import nn

from tools.starter import run

# The processes meet only now and then: on a busy machine waiting for one another at every step takes longer than the
# steps.
MEETING = 10
_LOG, _KEEP = 20, 100


@dataclass(frozen=True)
class Pace:
    """How long and how fast one training goes: a rise, a plateau, and a fall over the last part of the steps.

    With a plateau a run may be given more or fewer steps while it is on, and still be the run its settings describe.
    """

    steps: int
    rate: float
    warm: int = 100
    fall: float = 0.3
    decay: float = 0.96
    weight_decay: float = 0.01

    def at(self, step: int) -> float:
        """The learning rate of a step."""
        falling = max(1, round(self.steps * self.fall))
        return self.rate * min(1.0, (step + 1) / self.warm, max(0.02, (self.steps - step) / falling))


def fit(
    stage: run.Stage, model: nn.Module, pace: Pace, loss_at: Callable[[int], torch.Tensor], about: dict[str, str],
    rank: int = 0, processes: int = 1,
) -> None:  # fmt: skip
    """Train the parameters of `model` that ask for gradients, going on from the stage's last checkpoint.

    `loss_at(step)` is the loss of one step's batch. The first process keeps an average of the weights, logs and saves;
    the stage's result is that average with `about` beside it.
    """
    trained = [p for p in model.parameters() if p.requires_grad]
    # Layers that nothing reads (the ends of the first text encoder and of the tower) get no gradient and stay.
    optimiser = torch.optim.AdamW(trained, lr=pace.rate, betas=(0.9, 0.98), weight_decay=pace.weight_decay, fused=True)
    average = run.Average(model, pace.decay)
    first = 0
    if saved := stage.load():
        model.load_state_dict(saved["model"])
        optimiser.load_state_dict(saved["optimiser"])
        average.state, average.updates, first = saved["average"], saved["step"] // MEETING, saved["step"]
    losses: list[float] = []
    for step in range(first, pace.steps):
        run.set_rate(optimiser, pace.at(step))
        loss = loss_at(step)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        losses.append(loss.item())
        if (step + 1) % MEETING == 0:
            if processes > 1:
                _agree(trained, optimiser)
            average.update(model)
        if rank == 0 and (step + 1) % _LOG == 0:
            stage.log(step=step + 1, loss=sum(losses[-_LOG:]) / len(losses[-_LOG:]))
        if rank == 0 and (step + 1) % _KEEP == 0:
            state = {"model": model.state_dict(), "optimiser": optimiser.state_dict(), "average": average.state}
            stage.save(state | {"step": step + 1})
    if rank == 0:
        stage.save({"model": average.state, **about}, "result.pt")


def _agree(parameters: Iterable[nn.Parameter], optimiser: torch.optim.Optimizer) -> None:
    """Average the weights of all processes, and what the optimiser remembers of them."""
    tensors = [p.data for p in parameters]
    for kept in optimiser.state.values():
        tensors += [kept["exp_avg"], kept["exp_avg_sq"]]
    flat = torch.cat([t.reshape(-1) for t in tensors])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for tensor, part in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
        tensor.copy_(part.view_as(tensor))
