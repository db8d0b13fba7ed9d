"""Several photos of a person, as an adapter is told of them."""

from dataclasses import replace

import numpy as np

from fastface_core.adapter_traits import Several
from fastface_core.identity import FaceView, Identity


def views_of(identity: Identity, several: Several) -> tuple[FaceView, ...]:
    """One view for all photos together, or one for each of them.

    Args:
        several: what the adapter does with several photos.
    """
    if several == "embedding" or len(identity.photos) < 2:
        return (merged_view(identity),)
    return tuple(photo.face.view for photo in identity.photos)


def merged_view(identity: Identity) -> FaceView:
    """All photos as one: the mean of what the recogniser said, and the pictures of the photo nearest to it."""
    views = [photo.face.view for photo in identity.photos]
    if not views:
        return FaceView(identity.embedding, identity.crop)
    nearest = views[int(np.argmax([view.embedding @ identity.embedding for view in views]))]
    raws = [view.raw for view in views if view.raw is not None]
    raw = np.mean(raws, axis=0, dtype=np.float32) if len(raws) == len(views) else None
    return replace(nearest, embedding=identity.embedding, crop=identity.crop, raw=raw)


def alike(one: Identity, other: Identity) -> bool:
    """Whether two identities make the same tokens: the same person in the same photos."""
    if one is other:
        return True
    photos = [[(photo.sha256, photo.face_index) for photo in identity.photos] for identity in (one, other)]
    return (
        photos[0] == photos[1]
        and np.array_equal(one.embedding, other.embedding)
        and np.array_equal(one.crop, other.crop)
    )
