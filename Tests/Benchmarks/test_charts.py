"""Charts are well-formed, and nothing in them leaves the picture."""
import pathlib
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

from benchmarks import charts

SVG = "{http://www.w3.org/2000/svg}"
BARS = {"name": "code", "title": "One < two & three", "kind": "bars", "unit": "ns", "labels": ["decode", "merge"],
        "series": [{"name": "LokSync", "values": [{"median": 100, "least": 90, "most": 400}, {"median": 50}]},
                   {"name": "protobuf-c", "values": [{"median": 0.5}, None]}]}
LINES = {"name": "scale", "title": "Cost", "kind": "lines", "unit": "µs", "x": [10_000, 1_000_000], "x_title": "records",
         "series": [{"name": "LokSync", "values": [{"median": 4}, {"median": 5}]}]}


def drawn(chart):
    return ElementTree.fromstring(charts.svg(chart))


class ChartTests(unittest.TestCase):
    def test_a_bar_for_each_value_that_is_there(self):
        bars = [bar for bar in drawn(BARS).iter(f"{SVG}rect") if bar.get("class") == "bar"]
        # Two stand in the legend.
        self.assertEqual(len(bars), 3 + 2)

    def test_bars_are_as_long_as_their_values(self):
        bars = [float(bar.get("width")) for bar in drawn(BARS).iter(f"{SVG}rect") if bar.get("class") == "bar"][2:]
        self.assertAlmostEqual(bars[0] / bars[2], 2, places=2)
        self.assertGreaterEqual(min(bars), 1)

    def test_bars_stay_within_the_picture(self):
        for bar in drawn(BARS).iter(f"{SVG}rect"):
            self.assertLessEqual(float(bar.get("x", 0)) + float(bar.get("width")), charts.WIDTH)

    def test_series_are_told_apart_without_colour(self):
        fills = {bar.get("fill") for bar in drawn(BARS).iter(f"{SVG}rect") if bar.get("class") == "bar"}
        self.assertEqual(len(fills), 2)
        self.assertEqual(len(set(charts.FILLS)), len(charts.FILLS))

    def test_words_are_escaped_and_figures_written_out(self):
        words = [text.text for text in drawn(BARS).iter(f"{SVG}text")]
        self.assertIn("One < two & three", words)
        self.assertIn("100 ns", words)

    def test_a_line_goes_through_its_points_and_one_size_alone_is_drawn_too(self):
        paths = [path for path in drawn(LINES).iter(f"{SVG}path") if path.get("class") == "line"]
        self.assertEqual(len(paths), 2)
        alone = {**LINES, "x": [10_000], "series": [{"name": "LokSync", "values": [{"median": 4}]}]}
        self.assertIsNotNone(drawn(alone))

    def test_each_chart_is_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            charts.write([BARS, LINES], pathlib.Path(folder) / "charts")
            self.assertEqual(sorted(path.name for path in pathlib.Path(folder, "charts").iterdir()),
                             ["code.svg", "scale.svg"])


if __name__ == "__main__":
    unittest.main()
