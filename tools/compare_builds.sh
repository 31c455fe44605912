#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Proves that two builds give the same bits: runs the same set of short runs with an old and a new program on this machine and compares what
# the results hold (tools/compare_results.py). Ends with counts; exit code 1 if any run differs or fails.
#   tools/compare_builds.sh COMMIT [--data DIR] [--only REGEX] [--new PROGRAM] [--list]
#   tools/compare_builds.sh --program OLD [...]
# COMMIT is built beside the tree, in build/compare/tree-COMMIT; or name an OLD program. The new program is that of build/cpu, brought up to
# date, or PROGRAM. DIR (default: $STOCKPOT_TEST_DATA) is a folder as tools/unpack_test_data.sh makes it; without it only Fashion-MNIST is used.
# REGEX chooses runs by name; --list prints the names. A program's runs are kept by its checksum: an equal program does not run again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/build_environment.sh
folder=$PWD/build/compare

usage() { sed -n '3,9s/^# \{0,1\}//p' "$0" >&2; exit 64; }
commit='' old='' new='' data=${STOCKPOT_TEST_DATA:-} only=. list=no
while [ $# -gt 0 ]; do
  case $1 in
    --program | --new | --data | --only) [ $# -ge 2 ] || usage ;;&
    --program) old=$2; shift 2 ;;
    --new) new=$2; shift 2 ;;
    --data) data=$2; shift 2 ;;
    --only) only=$2; shift 2 ;;
    --list) list=yes; shift ;;
    -*) usage ;;
    *) commit=$1; shift ;;
  esac
done

# ---- the runs: NAME RANKS FLAG...
methods='dense random one_shot progressive lth isp'
small='--train.steps=24 --train.batch=16 --train.lr=1e-3 --data.train_size=400 --data.validation_size=100 --data.test_size=200'
common='--seed=7 --prune.sparsity=0.7 --prune.search_share=0.2 --isp.denoisers=3 --isp.look_ahead_steps=3 --isp.round_steps=1'
vit='--model.name=vit_tiny --model.width=32 --model.depth=2 --model.heads=2 --model.mlp_width=64'
fashion="--data.name=fashion_mnist --data.dir=/usr/share/datasets/fashion-mnist $vit $small"
mnist="--data.name=mnist --data.dir=$data/mnist $vit $small"
cola="--data.name=cola --data.dir=$data/glue/CoLA --data.max_length=32 --model.name=bert"
bert="$cola --model.config=$folder/bert.json --model.vocab=$data/minilm-l6/vocab.txt $small"
heavy='--prune.sparsity=0.5 --train.steps=6 --train.batch=4 --train.lr=1e-4 --data.train_size=32 --data.validation_size=8 --data.test_size=16 --isp.look_ahead_steps=1'
minilm="$cola --model.weights=$data/minilm-l6 $heavy --data.max_length=16"
resnet="--data.name=cifar10 --data.dir=$folder/cifar10 --model.name=resnet18 $heavy"

grid() {  # NAME FLAG...: every method on 1, 2 and 3 ranks, whose bits must agree, and `fast` on one
  local name=$1 method ranks
  shift
  for method in $methods; do
    for ranks in 1 2 3; do
      echo "$name-$method-fixed-np$ranks $ranks --prune.method=$method --dist.reduction=fixed $*"
    done
    echo "$name-$method-fast-np1 1 --prune.method=$method --dist.reduction=fast $*"
  done
}
variant() {  # NAME FLAG...: a method (isp unless the flags say otherwise) with other choices, on 2 ranks
  local name=$1
  shift
  echo "$name-fixed-np2 2 --prune.method=isp --dist.reduction=fixed $*"
}
runs() {
  grid fashion "$fashion"
  variant fashion-isp-votes-save_masks "$fashion" --isp.union=votes --isp.save_masks=true
  variant fashion-isp-votes-without_base "$fashion" --isp.union=votes --isp.include_base=false
  variant fashion-isp-released "$fashion" --isp.union=released --isp.save_masks=true
  variant fashion-isp-literal "$fashion" --isp.union=literal
  variant fashion-isp-mean "$fashion" --isp.union=mean
  variant fashion-isp-no_denoisers "$fashion" --isp.denoisers=0
  variant fashion-isp-tensor "$fashion" --prune.scope=tensor
  variant fashion-isp-random_score "$fashion" --prune.score=random
  variant fashion-isp-select_validation "$fashion" --train.select=validation --train.evaluate_every=5
  variant fashion-isp-interval "$fashion" --prune.schedule=interval --prune.every_steps=3
  variant fashion-isp-rewind "$fashion" --prune.schedule=growing --prune.rewind=initial
  variant fashion-isp-optimizer "$fashion" --train.warmup_steps=4 --train.clip_norm=0 --train.weight_decay=0.01 --train.beta2=0.99
  variant fashion-isp-crop_bf16 "$fashion" --data.augment=crop_flip --train.precision=bf16
  echo "fashion-isp-fast-np2 2 --prune.method=isp --dist.reduction=fast $fashion"
  for method in lth progressive one_shot; do
    echo "fashion-$method-tensor-select-np2 2 --prune.method=$method --dist.reduction=fixed --prune.scope=tensor --train.select=validation" \
      "--train.evaluate_every=7 $fashion"
  done
  if has mnist/train-images-idx3-ubyte.gz; then grid mnist "$mnist"; fi
  if has glue/CoLA/train.tsv && has minilm-l6/vocab.txt; then
    grid cola "$bert"
    if has minilm-l6/model.safetensors; then
      variant cola-minilm-isp "$minilm"
      echo "cola-minilm-lth-fixed-np1 1 --prune.method=lth --prune.search_share=0.34 --dist.reduction=fixed $minilm"
    fi
  fi
  if has cifar10/test_batch.bin; then
    grid cifar "$resnet"
    variant cifar-isp-mean-select_validation "$resnet" --isp.union=mean --train.select=validation --train.evaluate_every=2
  fi
}
has() { [ -n "$data" ] && [ -e "$data/$1" ]; }
chosen() { runs | awk -v only="$only" '$1 ~ only'; }
if [ $list = yes ]; then chosen | cut -d' ' -f1; exit; fi
[ -n "$commit$old" ] || usage

# ---- two programs
build() {  # COMMIT
  local tree=$folder/tree-$1
  git worktree prune
  [ -d "$tree" ] || git worktree add --quiet --detach "$tree" "$1"
  ln -sfn "$PWD/.venv" "$tree/.venv"
  ( cd "$tree" && CCACHE_BASEDIR=$tree configure cpu -DBUILD_TESTING=OFF &&
    CCACHE_BASEDIR=$tree cmake --build build/cpu --target stockpot_program ) >&2
  echo "$tree/build/cpu/stockpot"
}
mkdir -p "$folder"
if [ -z "$old" ]; then old=$(build "$(git rev-parse --verify --short "$commit^{commit}")"); fi
if [ -z "$new" ]; then
  configure cpu >/dev/null
  cmake --build build/cpu --target stockpot_program >&2
  new=build/cpu/stockpot
fi
results() { echo "$folder/runs-$(sha256sum <"$1" | cut -c1-12)"; }
old_results=$(results "$old") new_results=$(results "$new")
printf 'old: %s\nnew: %s\n' "$("$old" --version)" "$("$new" --version)"

# ---- what the runs read
cat >"$folder/bert.json" <<'JSON'
{"model_type": "bert", "vocab_size": 30522, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
 "max_position_embeddings": 32, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu"}
JSON
if has cifar10/test_batch.bin; then  # equality needs no more than one of the five files
  mkdir -p "$folder/cifar10"
  ln -sfn "$(realpath "$data/cifar10/test_batch.bin")" "$folder/cifar10/test_batch.bin"
  for i in 1 2 3 4 5; do
    file=$data/cifar10/data_batch_$i.bin
    [ -e "$file" ] || file=$data/cifar10/data_batch_1.bin
    ln -sfn "$(realpath "$file")" "$folder/cifar10/data_batch_$i.bin"
  done
fi

# ---- run and compare
last_of_each() {  # FLAG...: a setting that is given twice has its last value, one a line
  local flag
  declare -A value
  for flag; do value[${flag%%=*}]=$flag; done
  printf '%s\n' "${value[@]}" | sort
}
run() {  # PROGRAM RESULTS NAME RANKS FLAG...
  local program=$1 results=$2 name=$3 ranks=$4 start=() flags run=$2/$3
  shift 4
  mapfile -t flags < <(last_of_each "$@")
  set -- "${flags[@]}"
  case " $* " in *" --data.dir=$folder/"*)  # files put together here; programs before 0.1 had no check to switch off
    if "$program" run --help-all | grep -- data.official >/dev/null; then set -- "$@" --data.official=no; fi ;;
  esac
  if [ -e "$run/result.h5" ] && [ "$(cat "$run.flags" 2>/dev/null)" = "$*" ]; then return; fi
  rm -rf "$run" "$run.flags"
  mkdir -p "$results"
  [ "$ranks" = 1 ] || start=(mpirun -np "$ranks")
  if "${start[@]}" "$program" run --name="$name" --run-dir "$run" "$@" >"$run.log" 2>&1 </dev/null; then
    echo "$*" >"$run.flags"
  else
    { echo "$name FAILED with $program:"; grep "stockpot: " "$run.log" || tail -3 "$run.log"; } >&2
    rm -f "$run/result.h5"
  fi
}
while read -r name ranks flags; do
  # shellcheck disable=SC2086  # one word per flag
  { run "$old" "$old_results" "$name" "$ranks" $common $flags &
    [ "$ranks" = 1 ] || wait
    run "$new" "$new_results" "$name" "$ranks" $common $flags
    wait; }
  echo "$name"
done < <(chosen) | .venv/bin/python tools/compare_results.py "$old_results" "$new_results" -
