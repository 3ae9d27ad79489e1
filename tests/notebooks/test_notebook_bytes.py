"""Two runs of the same thing, in any folder, give the same bytes."""

import json
from pathlib import Path

from notebook_project import READS_INPUT, new_project

from pipeline.notebooks.fingerprint import code_fingerprint
from pipeline.notebooks.runner import recorded, run_notebook

WRITES_DOWNLOAD = "Path(published, 'table.csv').write_text('a');"
DRAWS_CHART = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2]);"
PRINTS_IN_PARTS = "import time\nprint('a', flush=True)\ntime.sleep(0.3)\nprint('b', flush=True)"


def page_of(root: Path) -> Path:
    project = new_project(root)
    notebook = project.write_notebook(READS_INPUT, WRITES_DOWNLOAD, DRAWS_CHART, PRINTS_IN_PARTS)
    job = project.job(notebook, downloads="published")
    run_notebook(job, project.setting)
    return job.output


def test_two_runs_in_two_folders_are_byte_identical(tmp_path: Path) -> None:
    one, other = page_of(tmp_path / "one"), page_of(tmp_path / "another" / "place")
    assert one.read_bytes() == other.read_bytes()


def test_a_notebook_whose_cells_have_no_ids_gives_the_same_bytes_too(tmp_path: Path) -> None:
    pages = []
    for name in ("one", "other"):
        project = new_project(tmp_path / name)
        path = project.write_notebook(READS_INPUT)
        old = json.loads(path.read_bytes())
        for cell in old["cells"]:
            del cell["id"]
        path.write_text(json.dumps(old | {"nbformat_minor": 4}), encoding="utf-8")
        run_notebook(project.job(path), project.setting)
        pages.append((project.root / "reports/page.ipynb").read_bytes())
    assert pages[0] == pages[1]


def test_a_cell_put_in_later_leaves_all_others_as_they_were_for_whoever_compares_two_runs(
    tmp_path: Path,
) -> None:
    cells = []
    for sources in ((READS_INPUT, "print('b')"), (READS_INPUT, "print('new')", "print('b')")):
        project = new_project(tmp_path / str(len(sources)))
        path = project.write_notebook(*sources)
        written = json.loads(path.read_bytes())
        for cell in written["cells"]:
            cell["id"] = "".join(sign for sign in "".join(cell["source"]) if sign.isalnum())[:20]
        path.write_text(json.dumps(written), encoding="utf-8")
        run_notebook(project.job(path), project.setting)
        page = json.loads((project.root / "reports/page.ipynb").read_bytes())
        cells.append({cell.pop("id"): cell for cell in page["cells"]})
    before, after = cells
    assert after.keys() - before.keys() == {"printnew"}
    assert "injected-parameters" in before
    for name, cell in before.items():
        assert {**after[name], "execution_count": 0} == {**cell, "execution_count": 0}


def test_a_page_keeps_its_downloads_in_itself(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    assert recorded(page)["downloads"] == {"table.csv": "a"}
    assert list(page.parent.iterdir()) == [page]


def test_a_page_holds_no_timing_no_path_and_no_version(tmp_path: Path) -> None:
    text = page_of(tmp_path).read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert "papermill" not in text
    assert "version" not in json.loads(text)["metadata"]["language_info"]
    assert text.endswith("}\n")


def test_a_page_records_what_it_was_made_from(tmp_path: Path) -> None:
    record = recorded(page_of(tmp_path))
    assert record["notebook"] == "notebooks/impact.ipynb"
    assert record["parameters"] == {"service": "S001"}
    assert record["downloads_parameter"] == "published"
    assert list(record["inputs"]) == ["returns.csv"]  # type: ignore[call-overload]
    assert record["code"] == "code-1"


def test_the_code_fingerprint_follows_source_files_and_ignores_compiled_ones(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = 1\n")
    before = code_fingerprint(tmp_path)
    (tmp_path / "a.cpython-311.pyc").write_bytes(b"compiled")
    (tmp_path / "a.py").write_bytes(b"x = 1\r\n")
    assert code_fingerprint(tmp_path) == before
    (tmp_path / "a.py").write_bytes(b"x = 2\n")
    assert code_fingerprint(tmp_path) != before
