// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "energy/energy_meter.hpp"

namespace stockpot::energy {

/// The library of NVIDIA's driver that counts the energy of GPUs. It is looked for when a run
/// begins, so that a program built with CUDA still starts on a machine without a driver.
inline constexpr const char* kNvml = "libnvidia-ml.so.1";

/// Counters of the GPUs at these PCI addresses (Volta and newer). Empty where the library is not
/// there, or where a GPU of them does not count its energy.
/// source: NVML API reference, nvmlDeviceGetTotalEnergyConsumption
std::vector<Counter> nvml_counters(const std::vector<std::string>& pci_bus_ids,
                                   const std::string& library = kNvml);

}  // namespace stockpot::energy
