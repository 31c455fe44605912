#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs what stockpot needs: system packages (Debian 12, Ubuntu; by apt where it may) and .venv with LibTorch and the analysis.
#
#   tools/setup.sh [--cuda] [--tests]
#     --cuda   the whole torch wheel with its CUDA libraries (the default where there is a GPU)
#     --tests  also what only the tests use: a Slurm for one machine, shellcheck, clang-format, clang-tidy
#
# A second call does nothing. Without the right to install packages, or on another Linux, it lists what is missing and goes on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Debian package | how to see that it is there by other means: a command, a Python module, a header or a file
packages='
g++                          | command g++
cmake                        | command cmake
ninja-build                  | command ninja
ccache                       | command ccache
git                          | command git
python3-venv                 | python ensurepip
openmpi-bin                  | command mpirun
libopenmpi-dev               | command mpicc
libhdf5-dev                  | command h5cc
libboost-program-options-dev | header boost/program_options.hpp
libgtest-dev                 | header gtest/gtest.h
nlohmann-json3-dev           | header nlohmann/json.hpp
libfmt-dev                   | header fmt/core.h
zlib1g-dev                   | header zlib.h
libhwy-dev                   | header hwy/highway.h
libutf8proc-dev              | header utf8proc.h
libturbojpeg0-dev            | header turbojpeg.h
libpng-dev                   | header png.h
libssl-dev                   | header openssl/evp.h
dataset-fashion-mnist        | file /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz
'
test_packages='
slurm-wlm                    | command slurmctld
munge                        | command munged
shellcheck                   | command shellcheck
'

say() { printf 'setup: %s\n' "$*"; }

has_gpu() { [ -e /dev/nvidia0 ] || nvidia-smi -L >/dev/null 2>&1; }

is_there() {  # kind what
  case $1 in
    command) PATH=$PATH:/usr/sbin command -v "$2" >/dev/null ;;
    header) echo "#include <$2>" | c++ -E -x c++ - >/dev/null 2>&1 ;;
    python) python3 -c "import $2" 2>/dev/null ;;
    file) [ -e "$2" ] ;;
  esac
}

missing_packages() {  # reads the table, prints one package a line
  local package kind what installed=' '
  [ ! -e /etc/debian_version ] || installed=" $(dpkg-query --show --showformat '${db:Status-Status}:${Package} ' 2>/dev/null)"
  while read -r package _ kind what; do
    [ -z "$package" ] || [[ $installed == *" installed:$package "* ]] || is_there "$kind" "$what" || echo "$package"
  done
}

install_packages() {  # package...
  local as_root=() package
  if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }; then as_root=(sudo); else return 1; fi
  fi
  command -v apt-get >/dev/null || return 1
  say "installing by apt: $*"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y)
  "${apt[@]}" update || return 1
  "${apt[@]}" install --no-install-recommends "$@" >/dev/null && return
  for package; do  # one unknown name must not cost the others
    "${apt[@]}" install --no-install-recommends "$package" >/dev/null || true
  done
}

# ---- system packages
cuda=no tests=no
for option; do
  case $option in
    --cuda) cuda=yes ;;
    --tests) tests=yes ;;
    *) sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; [ "$option" = --help ] && exit 0 || exit 64 ;;
  esac
done
has_gpu && cuda=yes
[ $tests = no ] || packages+=$test_packages
missing=$(missing_packages <<<"$packages")
if [ -n "$missing" ]; then
  # shellcheck disable=SC2086  # one word per package
  install_packages $missing || true
  missing=$(missing_packages <<<"$packages")
  [ -z "$missing" ] || say "these are missing, please have an administrator install them (names of Debian packages): ${missing//$'\n'/ }"
fi

# ---- .venv; its stamp says which requirements it was made from, and of which kind it is: what it once had it keeps
stamp=.venv/stockpot-requirements
made_from=$(cat requirements*.txt | sha256sum | cut -c1-16)
if [ -x .venv/bin/python ] && read -r was_made_from had_cuda had_tests 2>/dev/null <$stamp; then
  [ "$had_cuda" != yes ] || cuda=yes
  [ "$had_tests" != yes ] || tests=yes
  if [ "$was_made_from $had_cuda $had_tests" = "$made_from $cuda $tests" ]; then
    say ".venv is complete"
    exit 0
  fi
fi
say "installing LibTorch and the analysis into .venv (CUDA libraries: $cuda, tools of the tests: $tests)"
[ -x .venv/bin/pip ] || python3 -m venv .venv
install() { .venv/bin/pip install --quiet --disable-pip-version-check "$@"; }
if [ $cuda = yes ]; then
  install -r requirements.txt
else
  install --no-deps -r requirements-libtorch.txt
  install -r requirements-analysis.txt
fi
[ $tests = no ] || install -r requirements-tests.txt
echo "$made_from $cuda $tests" >$stamp
say ".venv is complete"
