"""Several photos of a person, as an adapter gets them, and how much each of them counts."""

from dataclasses import replace

import numpy as np

from fastface_core.domain.adapter_traits import Several
from fastface_core.domain.identity import FaceView, Identity


def views_of(identity: Identity, several: Several) -> tuple[tuple[FaceView, ...], tuple[float, ...]]:
    """One view for all photos together, or one for each of them that counts; and their shares, which add up to 1."""
    counting = [photo for photo in identity.photos if photo.weight > 0]
    if several == "embedding" or len(counting) < 2:
        return (merged_view(identity),), (1.0,)
    total = sum(photo.weight for photo in counting)
    return tuple(photo.face.view for photo in counting), tuple(photo.weight / total for photo in counting)


def merged_view(identity: Identity) -> FaceView:
    """All photos as one: the mean of what the recogniser said, and the pictures of the photo nearest to it."""
    photos = [photo for photo in identity.photos if photo.weight > 0]
    if not photos:
        return FaceView(identity.embedding, identity.crop)
    views = [photo.face.view for photo in photos]
    nearest = views[int(np.argmax([view.embedding @ identity.embedding for view in views]))]
    raws = [view.raw for view in views if view.raw is not None]
    weights = np.array([photo.weight for photo in photos], np.float32)
    raw = None
    if len(raws) == len(views):
        raw = (weights @ np.stack(raws) / weights.sum()).astype(np.float32)
    return replace(nearest, embedding=identity.embedding, crop=identity.crop, raw=raw)


def alike(one: Identity, other: Identity) -> bool:
    """Whether two identities make the same tokens: the same person in the same photos."""
    if one is other:
        return True
    photos = [
        [(photo.sha256, photo.face_index, photo.weight) for photo in identity.photos] for identity in (one, other)
    ]
    return (
        photos[0] == photos[1]
        and np.array_equal(one.embedding, other.embedding)
        and np.array_equal(one.crop, other.crop)
    )
