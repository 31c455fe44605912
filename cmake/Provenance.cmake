# SPDX-License-Identifier: Apache-2.0
# Writes <build>/generated/provenance_values.hpp (version, git commit, compiler) at every build; rewritten only when it changed.
function(stockpot_add_provenance target)
  add_custom_target(stockpot_provenance
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DOUTPUT=${CMAKE_BINARY_DIR}/generated/provenance_values.hpp
            -DVERSION=${PROJECT_VERSION} -DCOMPILER=${CMAKE_CXX_COMPILER_ID}-${CMAKE_CXX_COMPILER_VERSION}
            -DBUILD_TYPE=${CMAKE_BUILD_TYPE} -P ${PROJECT_SOURCE_DIR}/cmake/WriteProvenance.cmake
    BYPRODUCTS ${CMAKE_BINARY_DIR}/generated/provenance_values.hpp
    COMMENT "")
  add_dependencies(${target} stockpot_provenance)
  target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/generated)
endfunction()
