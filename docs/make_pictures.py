"""Run the blocks of docs/see.md, which draw its pictures; ``--check`` says whether those that are there say the same."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

PAGE = Path(__file__).parent / "see.md"
sys.path.insert(0, str(PAGE.parents[1]))


def draw_all(folder: Path) -> list[Path]:
    """Run the page in `folder`; the pictures it has saved there."""
    (folder / "pictures").mkdir(exist_ok=True)
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile("\n".join(blocks), str(PAGE), "exec"), {"__name__": "see"})
    finally:
        os.chdir(before)
    return sorted((folder / "pictures").glob("*.svg"))


def said(picture: Path) -> list[str]:
    """The texts of a picture, in order. Where they stand depends on the fonts of the machine."""
    root = ElementTree.fromstring(picture.read_text("utf-8"))
    return ["".join(element.itertext()) for element in root.iter() if element.tag.endswith(("}text", "}title"))]


def out_of_date() -> list[str]:
    """The names of pictures that are missing, say something else than they should, or are not on the page."""
    with tempfile.TemporaryDirectory() as folder:
        new = {picture.name: said(picture) for picture in draw_all(Path(folder))}
    old = {picture.name: said(picture) for picture in (PAGE.parent / "pictures").glob("*.svg")}
    return sorted(name for name in new.keys() | old.keys() if new.get(name) != old.get(name))


def main() -> None:
    """Make the pictures, or check them."""
    if sys.argv[1:] == ["--check"]:
        stale = out_of_date()
        sys.exit(f"out of date: {', '.join(stale)}. Run python docs/make_pictures.py" if stale else 0)
    draw_all(PAGE.parent)


if __name__ == "__main__":
    main()
