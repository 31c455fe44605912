#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes a virtual environment with the reference implementations that tests/golden compares with (tests/golden/requirements.txt):
# tools/reference_python.sh FOLDER. A second call does nothing. Use: STOCKPOT_REFERENCE_PYTHON=FOLDER/bin/python tools/test.sh
set -euo pipefail
if [ $# != 1 ]; then sed -n '3,4s/^# //p' "$0" >&2; exit 64; fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
made_from=$(sha256sum <"$here/tests/golden/requirements.txt")
[ "$(cat "$1/made_from" 2>/dev/null)" != "$made_from" ] || exit 0

[ -x "$1/bin/pip" ] || python3 -m venv "$1"
"$1/bin/pip" install --quiet --disable-pip-version-check -r "$here/tests/golden/requirements.txt"
"$1/bin/python" -c 'import torch, transformers, accelerate, tokenizers, safetensors, h5py, PIL'
echo "$made_from" >"$1/made_from"
