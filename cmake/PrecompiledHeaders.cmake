# SPDX-License-Identifier: Apache-2.0
# LibTorch's Tensor.h takes five seconds to parse, GoogleTest three, {fmt} and the standard library two: what most files include is parsed
# once for all of them. Files still include what they use: the presets `asan` and `debug` build without this.
option(STOCKPOT_PRECOMPILED_HEADERS "Parse the headers that most files include once" ON)

set(stockpot_plain_headers <fmt/format.h> <algorithm> <cstdint> <filesystem> <functional> <map> <memory> <optional> <span> <string> <vector>)
set(stockpot_torch_headers <ATen/core/Tensor.h> ${stockpot_plain_headers})

# stockpot_precompile(TARGET PRIVATE HEADER...)      for the files of TARGET
# stockpot_precompile(TARGET REUSE_FROM OTHER)       those of OTHER, whose compile options are TARGET's
function(stockpot_precompile target)
  if(STOCKPOT_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} ${ARGN})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # or ccache cannot see what they hold
      target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
    endif()
  endif()
endfunction()
