"""Medians, and ratios beside their targets."""
import statistics

from . import table


class Wrong(Exception):
    """What was written or read is not what it has to be: no figure of such a run counts."""


def spread(values):
    """Median, least and most of the rounds."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def ratio(what, value, target=None, stretch=None, is_least=True):
    """With the largest or the smallest that it may be; without a target it is only told."""
    def is_within(limit):
        return limit is None or (value >= limit if is_least else value <= limit)
    return {"what": what, "ratio": value, "target": target, "stretch": stretch, "isLeast": is_least,
            "isKept": is_within(target)}


def ratios_text(ratios, as_markdown):
    def limit(row, name):
        return "" if row.get(name) is None else f"{'≥' if row['isLeast'] else '≤'} {row[name]:g}"
    rows = [[row["what"], f"{row['ratio']:.2f}", limit(row, "target"), limit(row, "stretch"),
             "" if row["isKept"] else "not kept"] for row in ratios]
    return (table.markdown if as_markdown else table.text)(["Ratio", "measured", "target", "stretch", ""], rows)


def not_kept(ratios):
    """A line for each ratio that misses its target."""
    return [f"target of {row['target']:g} not kept: {row['what']}" for row in ratios if not row["isKept"]]


def number(value):
    """Three digits that say something, thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def cell(values):
    """(median, min–max) for people."""
    return [number(values["median"]), f"{number(values['least'])}–{number(values['most'])}"]
