# SPDX-License-Identifier: Apache-2.0
# LibTorch::LibTorch (CPU part) and, in CUDA builds, LibTorch::CUDA, from STOCKPOT_TORCH_DIR or the project's .venv.
#
# torch's own package file is not used: that of a CUDA wheel fails where there is no CUDA toolkit, and the CPU build needs none.
# LibTorch brings its own OpenMP run-time (libgomp); we link that one, so that a process never holds two thread pools.
set(_torch_hints ${STOCKPOT_TORCH_DIR})
if(NOT STOCKPOT_TORCH_DIR)
  file(GLOB _torch_hints ${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
endif()
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS ${_torch_hints} PATH_SUFFIXES include NO_CMAKE_SYSTEM_PATH)
find_library(LibTorch_CPU_LIBRARY torch_cpu HINTS ${_torch_hints} PATH_SUFFIXES lib NO_CMAKE_SYSTEM_PATH)
find_library(LibTorch_C10_LIBRARY c10 HINTS ${_torch_hints} PATH_SUFFIXES lib NO_CMAKE_SYSTEM_PATH)
foreach(_header torch/headeronly/version.h torch/csrc/api/include/torch/version.h)  # since 2.9, before
  if(LibTorch_INCLUDE_DIR AND NOT LibTorch_VERSION AND EXISTS ${LibTorch_INCLUDE_DIR}/${_header})
    file(STRINGS ${LibTorch_INCLUDE_DIR}/${_header} _torch_version REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
    string(REGEX MATCHALL "[0-9]+" _torch_numbers "${_torch_version}")
    list(JOIN _torch_numbers "." LibTorch_VERSION)
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION)
if(LibTorch_FOUND AND LibTorch_VERSION VERSION_LESS 2.4)
  message(FATAL_ERROR "stockpot: LibTorch ${LibTorch_VERSION} at ${LibTorch_INCLUDE_DIR} is too old (2.4 or later is needed).\n  Remedy: run tools/setup.sh, or name another one by -DSTOCKPOT_TORCH_DIR=")
endif()

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  get_filename_component(LibTorch_LIBRARY_DIR ${LibTorch_CPU_LIBRARY} DIRECTORY)
  find_library(LibTorch_GOMP_LIBRARY NAMES libgomp.so.1 HINTS ${LibTorch_LIBRARY_DIR} NO_DEFAULT_PATH)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
  target_link_libraries(LibTorch::LibTorch INTERFACE ${LibTorch_CPU_LIBRARY} ${LibTorch_C10_LIBRARY})
  # the wheel's libraries name siblings and NVIDIA packages which the linker need not see
  target_link_options(LibTorch::LibTorch INTERFACE "LINKER:--allow-shlib-undefined" "LINKER:-rpath,${LibTorch_LIBRARY_DIR}")
  target_compile_options(LibTorch::LibTorch INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fopenmp>)
  if(LibTorch_GOMP_LIBRARY)
    target_link_libraries(LibTorch::LibTorch INTERFACE ${LibTorch_GOMP_LIBRARY})
  else()
    find_package(OpenMP REQUIRED COMPONENTS CXX)
    target_link_libraries(LibTorch::LibTorch INTERFACE OpenMP::OpenMP_CXX)
  endif()

  find_library(LibTorch_CUDA_LIBRARY torch_cuda HINTS ${LibTorch_LIBRARY_DIR} NO_DEFAULT_PATH)
  find_library(LibTorch_C10_CUDA_LIBRARY c10_cuda HINTS ${LibTorch_LIBRARY_DIR} NO_DEFAULT_PATH)
  if(LibTorch_CUDA_LIBRARY AND LibTorch_C10_CUDA_LIBRARY)
    add_library(LibTorch::CUDA INTERFACE IMPORTED)
    file(GLOB _nvidia_library_dirs ${LibTorch_LIBRARY_DIR}/../../nvidia/*/lib)
    # --no-as-needed: nothing of ours calls libtorch_cuda by name, yet loading it registers the CUDA kernels
    target_link_libraries(LibTorch::CUDA INTERFACE
      "-Wl,--no-as-needed,${LibTorch_CUDA_LIBRARY},${LibTorch_C10_CUDA_LIBRARY},--as-needed")
    foreach(_dir IN LISTS _nvidia_library_dirs)
      target_link_options(LibTorch::CUDA INTERFACE "LINKER:-rpath,${_dir}")
    endforeach()
  endif()
endif()
