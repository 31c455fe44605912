# SPDX-License-Identifier: Apache-2.0
add_library(stockpot_warnings INTERFACE)
target_compile_options(stockpot_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wshadow;-Wconversion;-Wno-sign-conversion;-ffp-contract=off>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${STOCKPOT_WERROR}>>:-Werror>)
if(STOCKPOT_SANITIZE)
  target_compile_options(stockpot_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${STOCKPOT_SANITIZE};-fno-sanitize-recover=all;-fno-omit-frame-pointer>)
  target_link_options(stockpot_warnings INTERFACE -fsanitize=${STOCKPOT_SANITIZE})
endif()
