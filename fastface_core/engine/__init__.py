"""The only place that imports torch, diffusers, transformers, insightface, onnxruntime and cv2."""

import os

from fastface_core.overlay import put_into_effect

# Read by OpenMP when torch is loaded, which only modules of this package do. Threads that wait by spinning make a
# picture take many times as long as soon as another program wants a core.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# A GPU's runtime that was installed comes before the libraries that ship with the program.
put_into_effect()
