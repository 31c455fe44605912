#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The main job on an embedded default: pretrains a small ViT on real Fashion-MNIST images, prunes it by six methods with 4 MPI ranks,
# and compares them: a table, quickstart/curve.png and quickstart/report.html. A second call finds complete runs and says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/setup.sh
. tools/build_environment.sh
configure cpu
cmake --build build/cpu --target stockpot_program

stockpot() { mpirun -np 4 build/cpu/stockpot run "$@"; }
stockpot configs/quickstart/pretrain.ini --run-dir quickstart/pretrain
for method in dense random one_shot lth isp_no_denoiser isp; do
  stockpot "configs/quickstart/$method.ini"
done
.venv/bin/python -m analysis.compare quickstart
