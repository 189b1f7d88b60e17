"""The frame of HTML files: tables that can be read aloud, links, and nothing from outside."""

from __future__ import annotations

import numpy as np

from hybrid_logo.evaluation.html.markup import charts, document, figure, paragraph, picture, table


def test_tables_name_their_rows_and_columns() -> None:
    told = table(["a", "<b>"], [["x", "1 & 2"]], caption="of <all>")
    assert '<thead><tr><th scope="col">a</th><th scope="col">&lt;b&gt;</th></tr></thead>' in told
    assert '<tr><th scope="row">x</th><td>1 &amp; 2</td></tr>' in told
    assert "<caption>of &lt;all&gt;</caption>" in told
    assert "<caption>" not in table(["a"], [["x"]])


def test_a_document_links_to_its_parts_and_may_load_nothing() -> None:
    told = document("A & B", ['<h2 id="x">x</h2>'], [{"x": "part <x>"}])
    assert "<title>A &amp; B</title>" in told
    assert '<a href="#x">part &lt;x&gt;</a>' in told
    assert "default-src 'none'" in told
    assert "<nav" not in document("A", [])


def test_pictures_and_charts_have_words() -> None:
    assert 'alt="a &quot;logo&quot;"' in picture(np.zeros((2, 2, 3), np.uint8), 'a "logo"')
    assert figure("<svg/>", "a < b") == "<figure><svg/><figcaption>a &lt; b</figcaption></figure>"


def test_words_are_escaped_and_charts_stand_side_by_side() -> None:
    assert paragraph("a < b & c") == "<p>a &lt; b &amp; c</p>"
    assert charts("<figure/>", "", "<svg/>") == '<div class="charts"><figure/><svg/></div>'
    assert charts() == charts("") == ""
