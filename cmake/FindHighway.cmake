# SPDX-License-Identifier: Apache-2.0
# Highway::Highway: vector kernels written once, with run-time dispatch (libhwy-dev ships pkg-config files only).
find_path(Highway_INCLUDE_DIR hwy/highway.h)
find_library(Highway_LIBRARY hwy)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Highway REQUIRED_VARS Highway_LIBRARY Highway_INCLUDE_DIR)
if(Highway_FOUND AND NOT TARGET Highway::Highway)
  add_library(Highway::Highway UNKNOWN IMPORTED)
  set_target_properties(Highway::Highway PROPERTIES IMPORTED_LOCATION ${Highway_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Highway_INCLUDE_DIR})
endif()
