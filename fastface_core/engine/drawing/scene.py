"""What a drawn picture shows besides the person."""

from dataclasses import dataclass

STYLES = ("photo", "ink", "watercolor", "oil", "pixel", "pop")
BACKGROUNDS = (
    "plain", "blue", "red", "yellow", "green", "city", "beach", "forest", "garden", "mountains", "night", "room",
)  # fmt: skip
CLOTHES = ("suit", "tshirt", "turtleneck", "hoodie", "dress")
CLOTHES_COLOURS = ("red", "green", "blue", "purple", "black", "white")
EXPRESSIONS = ("gentle", "neutral", "smile", "laugh", "surprised", "sad")
LIGHTS = ("soft", "left", "right", "dark", "warm")
LOOKS = ("ahead", "left", "right")
AGES = ("as is", "young", "old")
GLASSES = ("as is", "on", "off")


@dataclass(frozen=True, slots=True)
class Scene:
    """Style, surroundings and pose of one picture.

    Attributes:
        look: where the head turns; `yaw` says how far.
        yaw, pitch: radians; positive turns to the picture's right, and up.
        dx, dy: where the face is beside its usual place, in pixels of 256.
        zoom: size of the face, 1 is the usual one.
        roll: radians, positive leans clockwise.
        age, glasses: what of the person the picture shows otherwise.
    """

    style: str = "photo"
    background: str = "plain"
    clothes: str = "tshirt"
    clothes_colour: str = "white"
    expression: str = "gentle"
    light: str = "soft"
    look: str = "ahead"
    age: str = "as is"
    glasses: str = "as is"
    yaw: float = 0.0
    pitch: float = 0.0
    dx: float = 0.0
    dy: float = 0.0
    zoom: float = 1.0
    roll: float = 0.0
