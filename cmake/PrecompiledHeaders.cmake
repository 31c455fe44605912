# SPDX-License-Identifier: Apache-2.0
# LibTorch's Tensor.h takes five seconds to parse, GoogleTest three, {fmt} and the standard library two: what most files include is parsed
# once for all of them. Files still include what they use: the presets `asan` and `debug` build without this.
option(STOCKPOT_PRECOMPILED_HEADERS "Parse the headers that most files include once" ON)

set(stockpot_plain_headers <fmt/format.h> <algorithm> <cstdint> <filesystem> <functional> <map> <memory> <optional> <span> <string> <vector>)
set(stockpot_torch_headers <ATen/core/Tensor.h> ${stockpot_plain_headers})

# stockpot_precompile(TARGET HEADER...): for the files of TARGET, and of those that reuse them
function(stockpot_precompile target)
  if(STOCKPOT_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} PRIVATE ${ARGN})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # or ccache cannot see what they hold
      target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
    endif()
  endif()
endfunction()

# stockpot_reuse_precompiled(TARGET FROM): FROM's, whose compile options are those of TARGET
function(stockpot_reuse_precompiled target from)
  if(STOCKPOT_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} REUSE_FROM ${from})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
    endif()
  endif()
endfunction()
