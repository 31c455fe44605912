# SPDX-License-Identifier: Apache-2.0
from doc_references_test import ROOT, tracked

SOURCES = {".cpp", ".hpp", ".cu", ".cuh", ".h", ".py", ".sh", ".sbatch", ".cmake"}


def test_every_source_names_its_licence_in_the_first_lines():
    sources = [path for path in tracked() if (path.suffix in SOURCES or path.name in ("CMakeLists.txt", "run")) and path.is_file()]
    assert len(sources) > 100
    lacking = [path for path in sources if "SPDX-License-Identifier: Apache-2.0" not in "".join(path.read_text().splitlines(True)[:3])]
    assert [str(path.relative_to(ROOT)) for path in lacking] == []
