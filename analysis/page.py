# SPDX-License-Identifier: Apache-2.0
"""One self-contained HTML page: a table, a picture in it, and where the numbers come from."""

import base64
import html
from pathlib import Path

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }}
  h1 {{ font-size: 1.5rem; }} h2 {{ font-size: 1.15rem; margin-top: 2rem; }}
  .wide {{ overflow-x: auto; }}
  table {{ border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }}
  th, td {{ padding: .35rem .8rem; text-align: right; white-space: nowrap; }}
  th {{ border-bottom: 2px solid #888; font-weight: 600; }} td {{ border-bottom: 1px solid #e4e4e4; }}
  th:first-child, td:first-child {{ text-align: left; }}
  img {{ max-width: 100%; height: auto; }}
  code {{ font-size: .85em; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{data}</p>
<div class="wide">{table}</div>
<p>Steps are optimizer steps, those of look-aheads included. FLOPs count multiply and add apart: <em>executed</em> is what the dense kernels
did, <em>theoretical</em> leaves out pruned weights. Seconds are wall time of rank 0.</p>
<p><img alt="Left: test result of each method. Right: sparsity and loss over training steps." src="data:image/png;base64,{picture}"></p>
<h2>Where the numbers come from</h2>
<div class="wide">{sources}</div>
</body>
</html>
"""

SOURCES = {"name": "run", "run_id": "run id", "seed": "seed", "provenance.mpi_size": "ranks", "provenance.git_commit": "commit", "path": "file"}


def write_page(file, runs, texts, picture):
    """Writes the page. `runs`: analysis.load.load; `texts`: the table as it shall be read; `picture`: a PNG file that goes into the page."""
    first = runs.iloc[0]
    sources = runs.reindex(columns=list(SOURCES)).rename(columns=SOURCES)
    Path(file).write_text(PAGE.format(
        title="stockpot: pruning methods compared",
        data=html.escape(f"{first['model']} on {first['data']}, {first['prunable']:,} prunable weights"),
        table=texts.to_html(index=False, border=0),
        picture=base64.b64encode(Path(picture).read_bytes()).decode(),
        sources=sources.to_html(index=False, border=0, na_rep=""),
    ), encoding="utf-8")
