"""The page to step through, in a real browser."""

import importlib.util
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from autograd_mini import Tensor, draw
from autograd_mini.drawing.frames import evaluation, forward_sweep, reverse_sweep
from autograd_mini.drawing.labels import is_painted

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on PATH: apt-get install chromium")

DOCS = Path(__file__).parents[1] / "docs"
NARROW = {"width": 390, "height": 800}

# What a reader sees of the picture that is shown: marks and texts of every box and arrow.
SEEN = """() => {
  const svg = [...document.querySelectorAll(".picture")].find((one) => one.getClientRects().length);
  const text = (group, word) => group.querySelector(`.${word}`)?.textContent.replaceAll("\\u00a0", " ") ?? null;
  const parts = (kind) => [...svg.querySelectorAll(kind)].map((group) => ({
    id: group.id.split("-").slice(1).join("-"), marks: [...group.classList].sort(),
    first: text(group, "first"), second: text(group, "second"), symbol: text(group, "symbol"),
    label: group.getAttribute("aria-label"), pressed: group.getAttribute("aria-pressed"),
  }));
  const found = (id) => document.getElementById(id).textContent;
  return {
    view: svg.id, mode: document.querySelector("main").dataset.mode, count: found("count"), step: found("step"),
    sum: found("sum"), slider: Number(document.getElementById("slider").value), play: found("play"),
    boxes: Object.fromEntries(parts(".node").map((part) => [part.id, part])),
    arrows: Object.fromEntries(parts(".edge").map((part) => [part.id, part])),
  };
}"""

# Every visible text of the page with its colour and the colour it stands on.
TEXTS = """() => {
  const shown = (element) => element.getClientRects().length && getComputedStyle(element).visibility === "visible";
  const found = [];
  for (const run of document.querySelectorAll(".picture tspan")) {
    if (!shown(run) || !run.textContent.trim()) continue;
    const group = run.closest("g.node, g.edge, g.layer");
    const ground = group.querySelector(".box, .ground") ?? group.querySelector("path, polygon");
    found.push([run.textContent, getComputedStyle(run).fill, getComputedStyle(ground).fill]);
  }
  const opaque = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour === "rgba(0, 0, 0, 0)" ? opaque(element.parentElement) : colour;
  };
  for (const element of document.querySelectorAll("h1, button, select, label, p, output, kbd"))
    if (shown(element)) found.push([element.textContent, getComputedStyle(element).color, opaque(element)]);
  return found;
}"""


def essay():
    a, b = Tensor(2.0, name="a"), Tensor(1.0, name="b")
    return (a + b) * (b + 1)


def square():
    x = Tensor(3.0, name="x")
    return x * x - x


def arrays():
    """Heat-maps, few numbers and words in one small graph."""
    W, b = Tensor(np.arange(15.0).reshape(3, 5) / 20 - 0.3, name="W"), Tensor([[0.5]], name="b")
    C = np.sum(np.tanh(W @ np.ones((5, 1)) + b)) + Tensor(2.0, name="c")
    C.name = "C"
    return C


def documented(name):
    spec = importlib.util.spec_from_file_location("make_pages", DOCS / "make_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PAGES[name]()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Save a page once: where it is."""
    folder, made = tmp_path_factory.mktemp("pages"), {}

    def save(name, drawing):
        if name not in made:
            made[name] = drawing().save(folder / f"{name}.html")
        return made[name]

    return save


@pytest.fixture
def visit(browser, saved):
    """Open a page; at the end it must have said nothing on the console and asked the network for nothing."""
    contexts, said, asked = [], [], []

    def visit(address="", name="essay", drawing=lambda: draw(essay()), **options):
        context = browser.new_context(**({"viewport": {"width": 900, "height": 700}} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
        page.goto(saved(name, drawing).as_uri() + address)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert said == []
    assert {url.split("#")[0].split(":")[0] for url in asked} <= {"file", "data"}
    assert sum(url.startswith("file") for url in asked) >= len(contexts)
    assert all(url.split("#")[0].endswith(".html") for url in asked if url.startswith("file"))


def seen(page):
    return page.evaluate(SEEN)


def address(page):
    """The hash of the page's address, once it is written."""
    page.wait_for_timeout(250)
    return page.url.partition("#")[2]


# The steps, against Python


@pytest.mark.parametrize(
    ("name", "drawing"),
    [
        ("essay", lambda: draw(essay())),
        ("square", lambda: draw(square())),
        ("arrays", lambda: draw(arrays())),
        ("network", lambda: documented("network.html")),
    ],
)
def test_every_step_shows_what_python_computed(visit, name, drawing):
    made = drawing()
    shown, _ = made._graph.swept("reverse")
    inputs = [box for box in shown.boxes if box.role == "input" and np.size(box.value) == 1]
    sweeps = [("evaluate", evaluation(shown)), ("reverse", reverse_sweep(shown))]
    sweeps += [(f"forward&from={box.name}", forward_sweep(made._graph.swept("forward", box.name)[0])) for box in inputs]
    page = visit(name=name, drawing=lambda: made)
    painted = {box.key for box in shown.boxes if is_painted(box)}
    for mode, sweep in sweeps:
        page.evaluate("hash => { location.hash = hash }", f"mode={mode}")
        for step, frame in enumerate(sweep.frames):
            if step:
                page.keyboard.press("ArrowRight")
            now = seen(page)
            assert (now["mode"], now["step"], now["slider"]) == (mode.partition("&")[0], frame.text, step + 1)
            found = sweep.sums[frame.about]
            assert now["sum"] == (found.before if step < found.since else found.after)
            for box in shown.boxes:
                expected, part = frame.boxes[box.key], now["boxes"][f"n{box.key}"]
                marks = set(part["marks"])
                assert ("waiting" in marks, "unknown" in marks) == (not expected.reached, not expected.known)
                assert ("active" in marks) == (box.key in frame.active_boxes)
                if part["second"] is None:
                    assert box.gradient is None
                elif box.key in painted:
                    assert part["second"] == expected.result
                    assert part["symbol"] == expected.text.removesuffix(" = ")
                else:
                    assert part["second"] == expected.text + expected.result
                    assert part["first"] != "?" or not expected.known
            for (target, slot), expected in frame.arrows.items():
                part = now["arrows"][f"a{target}-{slot}"]
                assert ("waiting" in part["marks"]) == (not expected.reached)
                assert ("active" in part["marks"]) == ((target, slot) in frame.active_arrows)
                if part["second"] is not None:
                    assert part["second"] == expected.text + expected.result
        assert "→" in page.locator("#next").text_content()
        assert page.locator("#next").get_attribute("aria-disabled") == "true"


def test_a_step_is_the_same_wherever_one_comes_from(visit):
    page = visit("#mode=reverse")
    walked = []
    for _ in range(7):
        walked.append(seen(page))
        page.keyboard.press("ArrowRight")
    page.keyboard.press("1")
    page.keyboard.press("2")
    for step in (5, 0, 6, 2, 4, 1, 3):
        page.locator("#slider").fill(str(step + 1))
        assert seen(page) == walked[step]


# Hands


def test_keys(visit):
    page = visit("#mode=reverse")
    for key, count in [
        ("ArrowLeft", "1 / 7"), ("ArrowRight", "2 / 7"), ("ArrowRight", "3 / 7"), ("ArrowLeft", "2 / 7"), ("End", "7 / 7"),
        ("ArrowRight", "7 / 7"), ("Home", "1 / 7"), ("1", "1 / 4"), ("3", "1 / 4"), ("2", "1 / 7"),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert seen(page)["count"] == count, key
    for key in ("Control+ArrowRight", "Alt+2", "Shift+End", "x"):
        page.keyboard.press(key)
        assert seen(page)["count"] == "1 / 7", key


def test_keys_while_something_else_has_the_focus(visit):
    page = visit("#mode=forward&from=a")
    page.locator("select").focus()
    page.keyboard.press("ArrowRight")
    assert (seen(page)["count"], page.locator("select").input_value()) == ("2 / 4", "a")
    page.locator("#slider").focus()
    page.keyboard.press("ArrowRight")
    assert seen(page)["count"] == "3 / 4"
    page.locator("#next").focus()
    page.keyboard.press("Space")
    assert (seen(page)["count"], seen(page)["play"]) == ("4 / 4", "Play")
    page.keyboard.press("ArrowLeft")
    assert seen(page)["count"] == "3 / 4"


def test_buttons_and_slider(visit):
    page = visit("#mode=reverse")
    page.locator("#next").click()
    page.locator("#next").click()
    page.locator("#previous").click()
    assert seen(page)["count"] == "2 / 7"
    page.locator("#slider").fill("6")
    now = seen(page)
    assert now["step"] == "∂e/∂b += ∂e/∂c · ∂c/∂b = 2 · 1 = 2, so far 2 + 3 = 5"
    assert now["boxes"]["n2"]["second"] == "∂e/∂b = 2 + 3 = 5"
    assert page.locator("#slider").get_attribute("aria-valuetext") == "6 of 7"


def test_modes_and_inputs(visit):
    page = visit()
    assert seen(page)["mode"] == "evaluate"
    for name, mode in (("Reverse", "reverse"), ("Forward", "forward"), ("Evaluate", "evaluate")):
        page.get_by_role("button", name=name).click()
        assert seen(page)["mode"] == mode
        assert page.locator("[aria-pressed=true]").get_attribute("data-mode") == mode
    assert page.locator("option").all_text_contents() == ["a", "b"]
    page.locator("select").select_option("b")
    now = seen(page)
    assert (now["mode"], now["boxes"]["n2"]["second"], now["boxes"]["n1"]["second"]) == (
        "forward", "∂b/∂b = 1", "∂a/∂b = 0"
    )  # fmt: skip


def test_an_input_with_several_entries_cannot_be_chosen_and_says_why(visit):
    page = visit(name="arrays", drawing=lambda: draw(arrays()))
    options = [(option.text_content(), option.is_disabled()) for option in page.locator("option").all()]
    assert ("W: 15 sweeps, one for each entry", True) in options
    assert ("b", False) in options
    page.keyboard.press("3")
    assert page.locator("select").input_value() == "b"
    only = visit(name="matrix", drawing=lambda: draw(np.sum(Tensor(np.ones((2, 3))))))
    assert only.get_by_role("button", name="Forward").is_disabled()
    only.keyboard.press("3")
    assert seen(only)["mode"] == "evaluate"


def test_selecting_a_box(visit):
    page = visit("#mode=reverse&step=7")
    page.locator("#wide-n2").click()
    now = seen(page)
    assert now["sum"] == "∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b = 2·1 + 3·1 = 5"
    assert (now["boxes"]["n2"]["pressed"], now["boxes"]["n1"]["pressed"]) == ("true", "false")
    page.locator("#wide-n3").click()
    assert seen(page)["sum"] == "∂e/∂c = ∂e/∂e·∂e/∂c = 1·2 = 2"
    page.keyboard.press("Home")
    assert seen(page)["sum"] == "∂e/∂c = ∂e/∂e·∂e/∂c = ?"
    page.locator("#wide-n3").click()
    assert seen(page)["boxes"]["n3"]["pressed"] == "false"
    assert seen(page)["sum"] == "∂e/∂e = 1"
    page.locator("#wide-n1").focus()
    for key, pressed in (("Enter", "true"), ("Enter", "false"), ("Space", "true"), ("Escape", "false")):
        page.keyboard.press(key)
        assert (seen(page)["boxes"]["n1"]["pressed"], seen(page)["play"]) == (pressed, "Play"), key


def test_boxes_are_reached_by_tab_and_say_what_they_are(visit):
    page = visit("#mode=reverse&step=4")
    page.locator("select").focus()
    labels = []
    for _ in range(5):
        page.keyboard.press("Tab")
        labels.append(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert sorted(labels) == [
        "a, value 2, ∂e/∂a = ?",
        "b, value 1, ∂e/∂b = ? + 3",
        "c = a + b, value 3, ∂e/∂c = 2",
        "d = b + 1, value 2, ∂e/∂d = 3",
        "e = c · d, value 6, ∂e/∂e = 1",
    ]
    ring = "getComputedStyle(document.activeElement.querySelector('.ring')).stroke"
    assert page.evaluate(ring) == "rgb(11, 83, 148)"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("1")
    page.keyboard.press("Home")
    assert seen(page)["boxes"]["n5"]["label"] == "e = c · d, not evaluated yet"
    assert seen(page)["boxes"]["n5"]["first"] == "?"
    assert page.locator("#step").get_attribute("aria-live") == "polite"


def test_play(visit):
    page = visit("#mode=reverse&step=5")
    page.clock.install()
    page.keyboard.press("Space")
    assert (seen(page)["count"], seen(page)["play"]) == ("5 / 7", "Pause")
    page.clock.run_for(1600)
    assert seen(page)["count"] == "6 / 7"
    page.keyboard.press("Space")
    page.clock.run_for(5000)
    assert (seen(page)["count"], seen(page)["play"]) == ("6 / 7", "Play")
    page.locator("#play").click()
    page.clock.run_for(20000)
    assert (seen(page)["count"], seen(page)["play"]) == ("7 / 7", "Play")
    page.locator("#play").click()  # from the end, again from the start
    assert (seen(page)["count"], seen(page)["play"]) == ("1 / 7", "Pause")
    page.clock.run_for(1600)
    page.keyboard.press("ArrowLeft")  # whoever steps has taken over
    assert (seen(page)["count"], seen(page)["play"]) == ("1 / 7", "Play")


# The address


def test_a_link_leads_to_a_step(visit):
    page = visit("#mode=forward&from=b&step=4&box=c")
    now = seen(page)
    assert (now["mode"], now["count"], now["boxes"]["n3"]["pressed"]) == ("forward", "4 / 5", "true")
    assert now["sum"] == "∂c/∂b = ∂c/∂a·∂a/∂b + ∂c/∂b·∂b/∂b = 1·0 + 1·1 = 1"
    page.keyboard.press("ArrowRight")
    assert address(page) == "mode=forward&from=b&step=5&box=c"


@pytest.mark.parametrize(
    ("hash_", "count"),
    [
        ("#mode=nonsense&step=3", "3 / 4"),
        ("#mode=reverse&step=99", "7 / 7"),
        ("#mode=reverse&step=-4", "1 / 7"),
        ("#mode=reverse&step=2.9", "2 / 7"),
        ("#mode=reverse&step=Infinity", "7 / 7"),
        ("#mode=reverse&step=x&box=nobody", "1 / 7"),
        ("#mode=forward&from=nobody", "1 / 4"),
        ("#%E0%A4%A", "1 / 4"),
        ("#mode=reverse&mode=forward&step=2", "2 / 7"),
        ("#toString", "1 / 4"),
    ],
)
def test_a_mistaken_link_leads_somewhere(visit, hash_, count):
    assert seen(visit(hash_))["count"] == count


def test_back_and_forward(visit):
    page = visit()
    page.keyboard.press("2")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.locator("#wide-n2").click()
    page.keyboard.press("3")
    assert address(page) == "mode=forward&from=a&step=1&box=b"
    page.go_back()
    assert (seen(page)["mode"], seen(page)["count"], seen(page)["boxes"]["n2"]["pressed"]) == (
        "reverse",
        "3 / 7",
        "true",
    )
    page.go_back()
    assert (seen(page)["count"], seen(page)["boxes"]["n2"]["pressed"]) == ("3 / 7", "false")
    page.go_back()
    assert (seen(page)["mode"], seen(page)["count"]) == ("evaluate", "1 / 4")
    page.go_forward()
    page.go_forward()
    assert (seen(page)["mode"], seen(page)["boxes"]["n2"]["pressed"]) == ("reverse", "true")


def test_many_steps_leave_one_entry_of_history(visit):
    page = visit("#mode=reverse")
    before = page.evaluate("history.length")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
    assert address(page) == "mode=reverse&step=1"
    assert page.evaluate("history.length") == before


# Looks


def channels(colour):
    return [float(x) for x in re.findall(r"[\d.]+", colour)][:3]


def contrast(one, other):
    """The ratio of WCAG 2: 21 for black on white."""

    def luminance(colour):
        linear = [
            x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in (c / 255 for c in channels(colour))
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["essay", "network"])
def test_every_text_can_be_read(visit, scheme, name):
    drawing = (lambda: draw(essay())) if name == "essay" else lambda: documented("network.html")
    page = visit(name=name, drawing=drawing, color_scheme=scheme, reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)" if scheme == "light" else "rgb(13, 17, 23)"
    )
    for mode in "123":
        page.keyboard.press(mode)
        for step in ("Home", "ArrowRight", "ArrowRight", "End"):
            page.keyboard.press(step)
            texts = page.evaluate(TEXTS)
            assert len(texts) > 15
            assert [(text, ink, paper) for text, ink, paper in texts if contrast(ink, paper) < 4.5] == []


def test_what_is_not_reached_is_dashed_and_muted_and_nothing_is_transparent(visit):
    page = visit("#mode=reverse&step=3", reduced_motion="reduce")
    style = """id => { const { stroke, strokeDasharray } = getComputedStyle(document.querySelector(id));
                       return [stroke, strokeDasharray] }"""
    muted = "rgb(87, 96, 106)"
    assert page.evaluate(style, "#wide-n2 .box") == [muted, "5px, 4px"]
    assert page.evaluate(style, "#wide-n3 .box") == ["rgb(110, 119, 129)", "none"]
    assert page.evaluate(style, "#wide-a4-0 .tail") == [muted, "4px, 4px"]
    assert page.evaluate(style, "#wide-a5-0 .tail")[1] == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('#wide-n2 .second tspan')).fill") == muted
    assert page.evaluate("[...document.querySelectorAll('*')].every((one) => getComputedStyle(one).opacity === '1')")


def test_in_the_reverse_sweep_the_arrow_points_to_the_operand(visit):
    page = visit("#mode=reverse&step=4")  # from d back to b
    shown = "id => getComputedStyle(document.querySelector(id)).display !== 'none'"
    assert page.evaluate(shown, "#wide-a4-0 .back")
    assert not page.evaluate(shown, "#wide-a5-0 .back")
    assert page.evaluate("getComputedStyle(document.querySelector('#wide-a4-0 polygon.head')).visibility") == "hidden"
    left, right = "id => document.querySelector(id).getBoundingClientRect().left", "#wide-n2 .box"
    border = page.evaluate(left.replace("left", "right"), right)
    assert abs(page.evaluate(left, "#wide-a4-0 .back") - border) < 2  # its point touches b, where the value came from
    assert abs(page.evaluate(left, "#wide-a4-0 .start") - border) < 2
    page.locator("select").select_option("b")
    page.locator("#slider").fill("3")
    assert "active" in seen(page)["arrows"]["a4-0"]["marks"]
    assert not page.evaluate(shown, "#wide-a4-0 .back")


OUTSIDE = """() => {
  const out = [];
  for (const sweep of data.sweeps) {
    choose(sweep);
    sweep.frames.forEach((frame, step) => {
      go(step);
      const svg = [...document.querySelectorAll(".picture")].find((one) => one.getClientRects().length);
      for (const group of svg.querySelectorAll(".node, .edge")) {
        const ground = group.querySelector(".box, .ground")?.getBBox();
        for (const text of ground ? group.querySelectorAll("text") : []) {
          const { x, width } = text.getBBox();
          if (width && (x < ground.x || x + width > ground.x + ground.width)) out.push([step, text.textContent]);
        }
      }
    });
  }
  return out;
}"""


def wide():
    """Numbers that are longer in the forward sweep than in the reverse one."""
    x, w = Tensor(1.2345678, name="x"), Tensor(-2.345678, name="w")
    return np.sin(x * w) * 2 + x * 1e-5


@pytest.mark.parametrize("viewport", [{"width": 1200, "height": 800}, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize(
    ("name", "drawing"),
    [
        ("essay", lambda: draw(essay())),
        ("long", lambda: draw(wide())),
        ("arrays", lambda: draw(arrays())),
        ("neuron", lambda: documented("neuron.html")),
        ("network", lambda: documented("network.html")),
    ],
)
def test_texts_stay_inside_their_boxes(visit, name, drawing, viewport):
    assert visit("", name, drawing, viewport=viewport).evaluate(OUTSIDE) == []


def test_a_narrow_screen(visit):
    page = visit("#mode=reverse&step=6", viewport=NARROW)
    now = seen(page)
    assert now["view"] == "narrow"
    assert now["boxes"]["n2"]["second"] == "∂e/∂b = 2 + 3 = 5"
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate("document.querySelector('.stage').scrollWidth <= document.querySelector('.stage').clientWidth")
    e, b = (page.locator(f"#narrow-n{key}").bounding_box() for key in (5, 2))
    assert e["y"] + e["height"] < b["y"]  # it stands: results above
    page.locator("#narrow-n2").click()
    assert seen(page)["boxes"]["n2"]["pressed"] == "true"


def test_a_wide_picture_scrolls_in_its_own_frame(visit):
    page = visit(
        "#mode=reverse", "network", lambda: documented("network.html"), viewport=NARROW, reduced_motion="reduce"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate("document.querySelector('.stage').scrollWidth") > NARROW["width"]
    for _ in range(9):
        page.keyboard.press("ArrowRight")
        about = page.evaluate("data.boxes[state.sweep.frames[state.step].about].key")
        box = page.evaluate("id => document.getElementById(id).getBoundingClientRect().toJSON()", f"only-n{about}")
        assert box["right"] > 0
        assert box["left"] < NARROW["width"]


def test_calm(visit):
    duration = "getComputedStyle(document.querySelector('.box')).transitionDuration"
    assert visit(reduced_motion="reduce").evaluate(duration) == "0s"
    assert visit(reduced_motion="no-preference").evaluate(duration) != "0s"


def test_on_paper(visit):
    page = visit("#mode=reverse&step=6", color_scheme="dark")
    page.emulate_media(media="print")
    for hidden in (".modes", ".controls", ".keys"):
        assert not page.locator(hidden).is_visible()
    for shown in ("h1", "#wide", "#step", "#sum"):
        assert page.locator(shown).is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('#wide .paper')).fill") == "rgb(255, 255, 255)"


def test_without_a_script(visit):
    page = visit(java_script_enabled=False)
    assert page.locator("noscript p").is_visible()
    assert page.locator("li").all_text_contents()[-1] == "∂e/∂b = ∂e/∂c·∂c/∂b + ∂e/∂d·∂d/∂b = 2·1 + 3·1 = 5"
    assert page.locator("#wide-n2 .second").text_content().replace("\N{NO-BREAK SPACE}", " ") == "∂e/∂b = 2 + 3 = 5"
    assert not page.locator(".controls").is_visible()
    assert not page.locator(".modes").is_visible()


def test_names_are_text_and_never_run(visit):
    names = ["</script><img src=x onerror=alert(1)>", '"><svg onload=alert(2)>', "&lt;i&gt;"]
    y = Tensor(2.0, name=names[0]) * Tensor(3.0, name=names[1])
    y.name = names[2]
    page = visit("#mode=reverse&step=9", "hostile", lambda: draw(y))
    assert page.locator("img").count() == 0
    assert page.locator("h1").text_content() == f"{names[2]} = {names[0]}·{names[1]}"
    page.locator("#wide-n1").click()
    assert seen(page)["boxes"]["n1"]["label"].startswith(f"{names[0]}, value 2")
    assert names[0] in seen(page)["sum"]
    assert address(page).startswith("mode=reverse&step=4&box=%3C%2Fscript")
    page.reload()
    assert seen(page)["boxes"]["n1"]["pressed"] == "true"
    assert json.loads(page.locator("#data").text_content())["boxes"][0]["id"] == names[0]
