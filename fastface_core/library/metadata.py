"""The recipe inside a picture: written so that this program repeats it and others can read it.

PNG text chunks `fastface` (JSON, versioned) and `parameters` (the form that other tools read), and an XMP packet that
says what made the picture. Nothing in them names a file, a folder or a person.
"""

from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import quoteattr

from PIL import Image, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from fastface_core.errors import PhotoError, SettingsError
from fastface_core.request import Picture, Recipe
from fastface_core.validation import parse_json

RECIPE_CHUNK = "fastface"
_PARAMETERS_CHUNK = "parameters"
_XMP_CHUNK = "XML:com.adobe.xmp"
# IPTC's term for pictures made by a trained model (cv.iptc.org/newscodes/digitalsourcetype).
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
# What A1111 and those who read its form call these schedulers.
_SAMPLERS = {"ddim": "DDIM", "euler": "Euler", "euler_a": "Euler a", "lcm": "LCM", "tcd": "TCD"}
# 64 ms for a megapixel instead of 292 at the default, for files a little larger.
_COMPRESSION = 1


def png(picture: Picture) -> bytes:
    """The picture as a PNG file with its recipe."""
    recipe = picture.recipe
    info = PngInfo()
    info.add_itxt(RECIPE_CHUNK, recipe.model_dump_json(exclude_none=True))
    info.add_itxt(_PARAMETERS_CHUNK, parameters(recipe))
    info.add_itxt(_XMP_CHUNK, xmp(recipe))
    buffer = BytesIO()
    picture.image.save(buffer, format="PNG", pnginfo=info, compress_level=_COMPRESSION)
    return buffer.getvalue()


def parameters(recipe: Recipe) -> str:
    """The recipe in the text form that started with A1111 and that most tools read."""
    lines = [recipe.prompt]
    if recipe.negative_prompt:
        lines.append(f"Negative prompt: {recipe.negative_prompt}")
    fields = {
        "Steps": recipe.steps,
        "Sampler": _SAMPLERS[recipe.scheduler],
        "Seed": recipe.seed,
        "Size": f"{recipe.width}x{recipe.height}",
        "Model": recipe.checkpoint,
        "FastFace preset": recipe.preset.name,
        "Version": recipe.program,
    }
    lines.append(", ".join(f"{name}: {value}" for name, value in fields.items()))
    return "\n".join(lines)


def xmp(recipe: Recipe) -> str:
    """An XMP packet: made by a trained model, by which tool, not yet rated."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        f" xmp:CreatorTool={quoteattr(recipe.program)}"
        ' xmp:Rating="0"'
        f" Iptc4xmpExt:DigitalSourceType={quoteattr(_SOURCE_TYPE)}/>"
        "</rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    )


def read_recipe(path: Path) -> Recipe:
    """The recipe inside a picture.

    Raises:
        PhotoError: the file is absent or no picture.
        SettingsError: there is no recipe in it, or one that this version cannot read.
    """
    try:
        with Image.open(path) as image:
            if image.format == "PNG":
                image.load()  # text may stand behind the pixels
            text = image.info.get(RECIPE_CHUNK)
    except FileNotFoundError as error:
        raise PhotoError(f"There is no file {path.name}.", "Check the name of the picture.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PhotoError(
            f"{path.name} is not a picture that can be read.", "Choose a picture made by FastFace."
        ) from error
    if not isinstance(text, str):
        raise SettingsError(
            f"There is no recipe in {path.name}.", "Choose a picture made by FastFace that was not edited since."
        )
    return parse_json(Recipe, text, f"The recipe in {path.name}")
