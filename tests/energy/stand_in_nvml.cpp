// SPDX-License-Identifier: Apache-2.0
// Two GPUs: 0000:01:00.0 has drawn 1.5 J more at each reading; 0000:02:00.0 does not count.
#include <cstring>

namespace {
int counting = 1, silent = 2;
unsigned long long drawn_mj = 1000;
bool running = false;
}  // namespace

extern "C" {

int nvmlInit_v2() {
  running = true;
  return 0;
}

int nvmlShutdown() {
  running = false;
  return 0;
}

int nvmlDeviceGetHandleByPciBusId_v2(const char* id, void** device) {
  if (!running) return 1;
  if (std::strcmp(id, "0000:01:00.0") == 0)
    *device = &counting;
  else if (std::strcmp(id, "0000:02:00.0") == 0)
    *device = &silent;
  else
    return 6;  // NVML_ERROR_NOT_FOUND
  return 0;
}

int nvmlDeviceGetTotalEnergyConsumption(void* device, unsigned long long* mj) {
  if (device != &counting) return 3;  // NVML_ERROR_NOT_SUPPORTED
  drawn_mj += 1500;
  *mj = drawn_mj;
  return 0;
}
}
