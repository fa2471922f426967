"""Bars and lines as plain SVG. Told apart by hatching, dashes, marks and words, not by colour.

A chart is {name, title, kind: bars or lines, unit, series: [{name, values}]}, with `labels` for bars and `x` (a list of
numbers) and `x_title` for lines; each value is {median, least, most}, the last two where there are rounds, or None.
"""
import math
import pathlib
from xml.sax.saxutils import escape

from . import figures

WIDTH, LEFT, RIGHT, TOP = 860, 250, 110, 64
BAR, GAP, GROUP_GAP = 15, 3, 14
PLOT_HEIGHT = 320
# Fill of each series' bars; dashes and mark of its line.
FILLS = ["#333", "url(#slanted)", "#fff", "url(#dotted)", "#999", "url(#crossed)"]
DASHES = ["", "8 4", "2 3", "10 3 2 3", "4 2", "1 5"]
MARKS = ["circle", "square", "triangle", "cross", "circle", "square"]
STYLE = ("text{font-family:sans-serif;font-size:12px;fill:#111}.title{font-size:16px;font-weight:bold}"
         ".small{font-size:11px}.bar{stroke:#111;stroke-width:1}.axis{stroke:#111;stroke-width:1}"
         ".grid{stroke:#ddd;stroke-width:1}.line{fill:none;stroke:#111;stroke-width:1.6}")
PATTERNS = ('<pattern id="slanted" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" '
            'fill="#fff"/><path d="M0 6L6 0" stroke="#111"/></pattern><pattern id="dotted" width="5" height="5" '
            'patternUnits="userSpaceOnUse"><rect width="5" height="5" fill="#fff"/><circle cx="2.5" cy="2.5" r="1.1" '
            'fill="#111"/></pattern><pattern id="crossed" width="7" height="7" patternUnits="userSpaceOnUse"><rect '
            'width="7" height="7" fill="#fff"/><path d="M0 0L7 7M7 0L0 7" stroke="#111" stroke-width="0.8"/></pattern>')


def write(charts, folder):
    """A file for each."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for chart in charts:
        (folder / f"{chart['name']}.svg").write_text(svg(chart), encoding="utf-8")


def svg(chart):
    body, height = (_bars if chart["kind"] == "bars" else _lines)(chart)
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
            f'height="{height}" role="img">', f"<title>{escape(chart['title'])}</title>", f"<style>{STYLE}</style>",
            f"<defs>{PATTERNS}</defs>", f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            _text(16, 24, chart["title"], "title"), *_legend(chart)]
    return "\n".join([*head, *body, "</svg>"]) + "\n"


def _legend(chart):
    x = 16
    for place, series in enumerate(chart["series"]):
        if chart["kind"] == "bars":
            yield f'<rect class="bar" x="{x}" y="36" width="22" height="12" fill="{FILLS[place % len(FILLS)]}"/>'
        else:
            yield f'<path class="line" stroke-dasharray="{DASHES[place % len(DASHES)]}" d="M{x} 42h22"/>'
            yield _mark(place, x + 11, 42)
        yield _text(x + 28, 46, series["name"], "small")
        x += 44 + 7 * len(series["name"])


def _bars(chart):
    """Lying, each with its figure; a whisker from the least to the most round."""
    most = max((value.get("most", value["median"]) for series in chart["series"]
                for value in series["values"] if value), default=0) or 1
    scale, y, lines = (WIDTH - LEFT - RIGHT) / most, TOP, []
    for label_place, label in enumerate(chart["labels"]):
        rows = [(place, series["values"][label_place]) for place, series in enumerate(chart["series"])
                if series["values"][label_place]]
        middle = y + (len(rows) * (BAR + GAP) - GAP) / 2 + 4
        lines.append(_text(LEFT - 8, middle, label, anchor="end"))
        for place, value in rows:
            width = max(value["median"] * scale, 1)
            lines.append(f'<rect class="bar" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" '
                         f'fill="{FILLS[place % len(FILLS)]}"/>')
            end = LEFT + width
            if value.get("most", 0) > value.get("least", 0):
                least, end = LEFT + value["least"] * scale, max(end, LEFT + value["most"] * scale)
                lines.append(f'<path d="M{least:.1f} {y + BAR / 2}H{LEFT + value["most"] * scale:.1f}" stroke="#fff" '
                             f'stroke-width="4"/><path class="axis" d="M{least:.1f} {y + 4}v7m0 -3.5'
                             f'H{LEFT + value["most"] * scale:.1f}m0 -3.5v7"/>')
            lines.append(_text(end + 5, y + BAR - 3, f"{figures.number(value['median'])} {chart['unit']}", "small"))
            y += BAR + GAP
        y += GROUP_GAP
    lines.append(f'<path class="axis" d="M{LEFT} {TOP - 4}V{y}"/>')
    return lines, y + 16


def _lines(chart):
    """Over a logarithmic x from the least to the most, a y that begins at nothing."""
    left, right, bottom = 80, WIDTH - 40, TOP + PLOT_HEIGHT
    most = max(value["median"] for series in chart["series"] for value in series["values"] if value) * 1.1 or 1
    low, high = math.log10(min(chart["x"])), math.log10(max(chart["x"]))

    def x_of(value):
        return left + (right - left) * ((math.log10(value) - low) / (high - low) if high > low else 0.5)

    def y_of(value):
        return bottom - PLOT_HEIGHT * value / most
    lines = []
    for step in range(5):
        value = most * step / 4
        lines.append(f'<path class="grid" d="M{left} {y_of(value):.1f}H{right}"/>')
        lines.append(_text(left - 6, y_of(value) + 4, figures.number(value), "small", "end"))
    for value in chart["x"]:
        lines.append(f'<path class="axis" d="M{x_of(value):.1f} {bottom}v5"/>')
        lines.append(_text(x_of(value), bottom + 18, f"{value:,}", "small", "middle"))
    lines.append(f'<path class="axis" d="M{left} {TOP}V{bottom}H{right}"/>')
    lines.append(_text(left, bottom + 38, f"{chart['x_title']}; upwards: {chart['unit']}"))
    for place, series in enumerate(chart["series"]):
        points = [(x_of(x), y_of(value["median"])) for x, value in zip(chart["x"], series["values"]) if value]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        lines.append(f'<path class="line" stroke-dasharray="{DASHES[place % len(DASHES)]}" d="M{path}"/>')
        lines += [_mark(place, x, y) for x, y in points]
    return lines, bottom + 54


def _mark(place, x, y):
    form = MARKS[place % len(MARKS)]
    # The second time round they are hollow.
    fill = "#111" if place < 4 else "#fff"
    if form == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{fill}" stroke="#111"/>'
    paths = {"square": "m-4 -4h8v8h-8z", "triangle": "m0 -5l5 9h-10z", "cross": "m-4 -4l8 8m0 -8l-8 8"}
    return f'<path d="M{x:.1f} {y:.1f}{paths[form]}" fill="{fill}" stroke="#111" stroke-width="1.5"/>'


def _text(x, y, words, kind="", anchor="start"):
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
