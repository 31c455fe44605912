# SPDX-License-Identifier: Apache-2.0
# stockpot_add_test(NAME SOURCES a_test.cpp ... [RANKS 1 2 3 4] [TIMEOUT seconds])
#
# One GoogleTest program; with RANKS it is started by mpiexec once per rank count, always with a timeout.
# Those whose names match stockpot_sanitized_tests know no LibTorch: they have the label `sanitized`, are what the target `sanitized_tests`
# builds, and run under address and undefined-behaviour checks in every CI (preset asan).
set(stockpot_sanitized_tests "^(core|config|comm|io|kernels|kernels_simt|data|text|mask|union)_test$")
find_package(GTest REQUIRED)
add_library(stockpot_test_support STATIC ${PROJECT_SOURCE_DIR}/tests/support/mpi_main.cpp)
target_include_directories(stockpot_test_support PUBLIC ${PROJECT_SOURCE_DIR}/tests)
target_link_libraries(stockpot_test_support PUBLIC stockpot_plain GTest::gtest)
target_compile_definitions(stockpot_test_support PUBLIC
  STOCKPOT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" STOCKPOT_PROGRAM="${CMAKE_BINARY_DIR}/stockpot")
add_custom_target(sanitized_tests)

function(stockpot_add_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;RANKS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(${name} ${arg_SOURCES})
  set(labels)
  if(name MATCHES "${stockpot_sanitized_tests}")
    target_link_libraries(${name} PRIVATE stockpot_test_support)
    add_dependencies(sanitized_tests ${name})
    set(labels sanitized)
  else()
    target_link_libraries(${name} PRIVATE stockpot_test_support stockpot)
  endif()
  set(environment "OMP_NUM_THREADS=1;GTEST_COLOR=no;OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMPI_MCA_rmaps_base_oversubscribe=1;OMPI_MCA_mpi_yield_when_idle=1;OMPI_MCA_hwloc_base_binding_policy=none;XDG_CACHE_HOME=${CMAKE_BINARY_DIR}/test_cache")
  if(STOCKPOT_SANITIZE)
    list(APPEND environment ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1)  # MPI and LibTorch leak
    math(EXPR arg_TIMEOUT "4 * ${arg_TIMEOUT}")
  endif()
  if(NOT arg_RANKS)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${environment}" LABELS "${labels}")
  endif()
  foreach(ranks IN LISTS arg_RANKS)
    set(rank_labels ${labels} ranks-${ranks})
    add_test(NAME ${name}.np${ranks} COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:${name}>)
    set_tests_properties(${name}.np${ranks} PROPERTIES TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${environment}" PROCESSORS ${ranks} LABELS "${rank_labels}")
  endforeach()
endfunction()
