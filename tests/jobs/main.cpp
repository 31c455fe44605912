// SPDX-License-Identifier: Apache-2.0
// These tests start mpirun themselves, which a process that is in MPI already cannot do: so not the
// main of the other tests.
#include <gtest/gtest.h>

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
