from __future__ import annotations

from pathlib import Path

import pytest

from hybrid_logo.errors import OutputError
from hybrid_logo.scan import Scan
from hybrid_logo.vectorize.naming import place_outputs


def placed(root: Path, files: list[str], inputs: list[str]) -> dict[str, str]:
    for name in files:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    named = [str(root / name) for name in inputs]
    found = [item for item in Scan(named) if isinstance(item, str)]
    outputs = place_outputs(found, named, Path("out"))
    return {str(Path(path).relative_to(root)): output.as_posix() for path, output in outputs.items()}


@pytest.mark.parametrize(
    ("files", "inputs", "expected"),
    [
        (["a.png"], ["a.png"], {"a.png": "out/a.svg"}),
        (["x/a.png", "x/b/c.gif"], ["x"], {"x/a.png": "out/a.svg", "x/b/c.gif": "out/b/c.svg"}),
        (["x/b/c.gif"], ["x/b/c.gif"], {"x/b/c.gif": "out/c.svg"}),
        (
            ["a.png", "a.jpg", "b.png"],
            [""],
            {"a.png": "out/a.png.svg", "a.jpg": "out/a.jpg.svg", "b.png": "out/b.svg"},
        ),
        (["A.png", "a.gif"], [""], {"A.png": "out/A.png.svg", "a.gif": "out/a.gif.svg"}),
        (["x/y/a.png"], ["x", "x/y"], {"x/y/a.png": "out/a.svg"}),
        (["a.b.png"], ["a.b.png"], {"a.b.png": "out/a.b.svg"}),
    ],
)
def test_names(tmp_path: Path, files: list[str], inputs: list[str], expected: dict[str, str]) -> None:
    assert placed(tmp_path, files, inputs) == expected


@pytest.mark.parametrize(
    ("files", "inputs"),
    [
        (["x/a.png", "y/a.png"], ["x", "y"]),
        (["x/a.png", "y/A.PNG"], ["x/a.png", "y/A.PNG"]),
        (["a.png", "a.gif", "a.png.png"], ["a.png", "a.gif", "a.png.png"]),
    ],
)
def test_two_pictures_of_one_name_are_refused(tmp_path: Path, files: list[str], inputs: list[str]) -> None:
    with pytest.raises(OutputError, match="would both become"):
        placed(tmp_path, files, inputs)
