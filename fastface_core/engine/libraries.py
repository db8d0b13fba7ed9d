"""The libraries' own chatter: progress bars and advice to programmers do not belong on a user's terminal."""

import logging
import warnings


def quieten() -> None:
    """Leaves only errors of diffusers, transformers and peft; what matters to the user, the engine says itself."""
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    diffusers_logging.set_verbosity_error()
    diffusers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    logging.getLogger("peft").setLevel(logging.ERROR)
    for library in ("diffusers", "transformers", "peft", "insightface", "huggingface_hub"):
        warnings.filterwarnings("ignore", module=library)
