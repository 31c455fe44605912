// SPDX-License-Identifier: Apache-2.0
#include "energy/nvml.hpp"

#include <dlfcn.h>

#include <cmath>
#include <limits>
#include <memory>
#include <optional>

namespace stockpot::energy {
namespace {

/// What is called of NVML; 0 is success everywhere.
class Nvml {
 public:
  explicit Nvml(const std::string& library)
      : library_(::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (library_ == nullptr) return;
    const auto start = function<int()>("nvmlInit_v2");
    stop_ = function<int()>("nvmlShutdown");
    find_ = function<int(const char*, void**)>("nvmlDeviceGetHandleByPciBusId_v2");
    energy_ = function<int(void*, unsigned long long*)>("nvmlDeviceGetTotalEnergyConsumption");
    started_ = start && stop_ && find_ && energy_ && start() == 0;
  }
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;
  ~Nvml() {
    if (started_) stop_();
    if (library_ != nullptr) ::dlclose(library_);
  }

  std::optional<void*> device(const std::string& pci_bus_id) const {
    void* handle = nullptr;
    if (!started_ || find_(pci_bus_id.c_str(), &handle) != 0) return std::nullopt;
    return handle;
  }

  /// NaN where the device does not say.
  double joules(void* device) const {
    unsigned long long mj = 0;
    if (energy_(device, &mj) != 0) return std::numeric_limits<double>::quiet_NaN();
    return 1e-3 * static_cast<double>(mj);
  }

 private:
  template <typename Signature>
  Signature* function(const char* name) const {
    return reinterpret_cast<Signature*>(::dlsym(library_, name));
  }

  void* library_ = nullptr;
  int (*stop_)() = nullptr;
  int (*find_)(const char*, void**) = nullptr;
  int (*energy_)(void*, unsigned long long*) = nullptr;
  bool started_ = false;
};

}  // namespace

std::vector<Counter> nvml_counters(const std::vector<std::string>& pci_bus_ids,
                                   const std::string& library) {
  if (pci_bus_ids.empty()) return {};
  const auto nvml = std::make_shared<const Nvml>(library);
  std::vector<Counter> counters;
  for (const auto& id : pci_bus_ids) {
    const auto device = nvml->device(id);
    if (!device || std::isnan(nvml->joules(*device))) return {};
    counters.push_back({"GPU " + id, [nvml, gpu = *device] { return nvml->joules(gpu); }});
  }
  return counters;
}

}  // namespace stockpot::energy
