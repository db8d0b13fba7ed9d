"""The only place that imports torch, diffusers, transformers, insightface, onnxruntime and cv2."""

import os
import sys

from fastface_core.overlay import put_into_effect

# Read by OpenMP when torch is loaded, which only modules of this package do. Threads that wait by spinning make a
# picture take many times as long as soon as another program wants a core.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Read by torch with its first tensor on a GPU. Pieces of memory that can grow leave fewer gaps where sizes change; they
# are there on Linux.
if sys.platform == "linux" and "PYTORCH_CUDA_ALLOC_CONF" not in os.environ:
    os.environ.setdefault("PYTORCH_ALLOC_CONF", "expandable_segments:True")

# A GPU's runtime that was installed comes before the libraries that ship with the program.
put_into_effect()
