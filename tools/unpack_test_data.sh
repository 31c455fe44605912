#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes of a folder of packed official files one as the program and the tests read it: tools/unpack_test_data.sh FROM TO
# FROM holds mnist/, cifar10/, glue/, minilm-l6/, vocab/; *.xz and *.tar.xz are unpacked into TO/<the same folder>, all else is linked.
# A second call does nothing.
set -euo pipefail
if [ $# != 2 ] || [ ! -d "$1" ]; then sed -n '3,5s/^# //p' "$0" >&2; exit 64; fi
from=$(realpath "$1") to=$2

find "$from" -mindepth 2 -maxdepth 2 -type f | while read -r file; do
  folder=$to/$(basename "$(dirname "$file")")
  name=$(basename "$file")
  done=$folder/.$name.unpacked
  mkdir -p "$folder"
  [ ! "$done" -nt "$file" ] || continue
  case $name in
    *.tar.xz) tar -xJf "$file" -C "$folder" ;;
    *.xz) xz --decompress --stdout "$file" >"$folder/.$name.part" && mv "$folder/.$name.part" "$folder/${name%.xz}" ;;
    *) ln -sfn "$file" "$folder/$name"; continue ;;
  esac
  touch "$done"
done
