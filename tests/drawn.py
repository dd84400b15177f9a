"""An SVG that was drawn, read back: boxes, arrows and layers with their places, texts and colours."""

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Line:
    """One line of text: where it is held, and its runs, each with a colour and its meaning."""

    text: str
    x: float
    y: float
    runs: list


@dataclass
class Drawn:
    """A group of the picture, by its id without the prefix."""

    words: set
    title: str = ""
    lines: list = field(default_factory=list)
    paths: list = field(default_factory=list)
    """The lines of an arrow, as points along them."""
    rect: tuple | None = None
    """What a box covers, or the label of an arrow: left, top, right, bottom."""
    ground: str = ""
    """The colour under its text."""

    @property
    def texts(self):
        return [line.text for line in self.lines]


class Svg:
    """The parts of an SVG by id."""

    def __init__(self, text, dark=False):
        self.root = ElementTree.fromstring(text)
        self.prefix = self.root.attrib["id"]
        style = self.root.find(f"{SVG}style")
        rules = re.findall(r"#\S+ \.(\S+?){(fill|stroke):(.*?)}", style.text if style is not None else "")
        self.swapped = {(word, what): colour for word, what, colour in rules} if dark else {}
        x, y, width, height = map(float, self.root.attrib["viewBox"].split())
        place = self.root.find(f"{SVG}g")
        shift = tuple(map(float, re.search(r"translate\((\S+) (\S+)\)", place.attrib["transform"]).groups()))
        self.page = (x - shift[0], y - shift[1], x + width - shift[0], y + height - shift[1])
        groups = place.findall(f"{SVG}g")
        self.parts = {group.attrib["id"].removeprefix(f"{self.prefix}-"): self._part(group) for group in groups}
        self.paper = self.colour(place.find(f"{SVG}polygon"), "fill")

    def colour(self, element, what):
        for word in element.get("class", "").split():
            if (word, what) in self.swapped:
                return self.swapped[word, what]
        return element.get(what)

    def _part(self, group):
        part = Drawn(set(group.attrib["class"].split()))
        for element in group:
            words = element.get("class", "").split()
            if element.tag == f"{SVG}title":
                part.title = element.text
            elif element.tag == f"{SVG}text":
                runs = [(run.text, self.colour(run, "fill"), run.attrib["class"]) for run in element]
                text = "".join(run.text for run in element).replace("\xa0", " ")
                part.lines.append(Line(text, float(element.attrib["x"]), float(element.attrib["y"]), runs))
            elif {"box", "ground"} & set(words) or ("layer" in part.words and part.rect is None):
                part.rect, part.ground = bounds(points(element)), self.colour(element, "fill")
            elif element.tag == f"{SVG}path" and "cell" not in words:
                part.paths.append(along(points(element)))
        return part

    def of(self, word):
        """The parts of one class, by id."""
        return {identity: part for identity, part in self.parts.items() if word in part.words}

    @property
    def ids(self):
        return [element.attrib["id"] for element in self.root.iter() if "id" in element.attrib]

    def box(self, name):
        """The box of that name."""
        return next(part for part in self.of("node").values() if re.split(" = | ", part.title)[0] == name)


def points(element):
    numbers = [float(text) for text in re.findall(r"-?[\d.]+", element.get("d") or element.get("points"))]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def bounds(corners):
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def along(controls, steps=12):
    """Points along a path of cubic Bézier curves."""
    found = []
    for i in range(0, len(controls) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = controls[i : i + 4]
        for k in range(steps + 1):
            t, u = k / steps, 1 - k / steps
            weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
            found.append((weights[0] * ax + weights[1] * bx + weights[2] * cx + weights[3] * dx,
                          weights[0] * ay + weights[1] * by + weights[2] * cy + weights[3] * dy))  # fmt: skip
    return found


def overlap(one, other, slack=0.5):
    """Whether two rectangles share more than a border."""
    return (one[0] < other[2] - slack and other[0] < one[2] - slack
            and one[1] < other[3] - slack and other[1] < one[3] - slack)  # fmt: skip


def inside(rect, point, slack=1.0):
    """Whether a point lies well inside a rectangle."""
    return rect[0] + slack < point[0] < rect[2] - slack and rect[1] + slack < point[1] < rect[3] - slack


def contrast(one, other):
    """The contrast of two colours as the Web Content Accessibility Guidelines 2.1 define it, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    linear = []
    for i in (1, 3, 5):
        c = int(colour[i : i + 2], 16) / 255
        linear.append(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
