"""FastFace Desktop: the windows around `fastface_core`.

Importing this package loads neither Qt nor torch.
"""
