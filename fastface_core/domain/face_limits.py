"""From where on a face is a poor reference: what the advice on a dropped photo and the verdicts on a person's photos
have in common.

The pose limits leave room for the estimate's error, of about 10 degrees and, for the pitch, 25.
"""

SMALLEST = 112.0
"""Shorter side of the face's box in pixels; below, the crop for the recogniser is enlarged."""
LEAST_SHARP = 40.0
"""Variance of the Laplacian of the 112 px crop."""
LARGEST_YAW, LARGEST_PITCH, LARGEST_ROLL = 35.0, 45.0, 30.0
"""Degrees."""
DARKEST, BRIGHTEST = 0.2, 0.85
"""Mean grey of the crop, 0 to 1."""
