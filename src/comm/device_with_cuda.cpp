// SPDX-License-Identifier: Apache-2.0
#include <nccl.h>

#include <array>
#include <vector>

#include "comm/all_or_none.hpp"
#include "comm/check_cuda.hpp"
#include "comm/device.hpp"
#include "core/error.hpp"

namespace stockpot::comm {
namespace {

int visible_gpus() {
  int count = 0;
  if (cudaGetDeviceCount(&count) == cudaSuccess) return count;
  static_cast<void>(cudaGetLastError());  // that there is none is no error of a later call
  return 0;
}

std::string pci_bus_id(int index) {
  std::array<char, 64> text{};
  check_cuda(cudaDeviceGetPCIBusId(text.data(), static_cast<int>(text.size()), index));
  return text.data();
}

}  // namespace

void fail_on_device(const char* library, const char* text, const std::source_location& where) {
  throw CommError(std::string(library) + " failed in " + where.function_name() + " at " +
                      where.file_name() + ":" + std::to_string(where.line()),
                  std::string(text) + ", on " + host_name());
}

bool check_device(const std::string& wanted) {
  if (wanted == "cpu") return false;
  const bool sees_one = visible_gpus() > 0;
  if (wanted == "cuda" && !sees_one)
    throw ConfigError("device = cuda", "a rank sees no GPU",
                      "ask the scheduler for GPUs, or set device = auto");
  return sees_one;
}

Device choose_device(const std::string& wanted, const Group& group) {
  const Group node = group.node_local();
  const int gpus = visible_gpus();
  // every rank decides alike: one rank without a GPU puts all on the CPU, or stops all
  const bool all_have_one = group.max(gpus == 0 ? 1 : 0) == 0;
  if (wanted == "cpu" || (wanted == "auto" && !all_have_one)) return {};

  Device device{.cuda = true};
  all_or_none(group, [&] {
    check_device(wanted);
    device.index = node.rank() % gpus;
    check_cuda(cudaSetDevice(device.index));
    cudaDeviceProp properties{};
    check_cuda(cudaGetDeviceProperties(&properties, device.index));
    device.name = properties.name;
    device.pci_bus_id = pci_bus_id(device.index);
  });
  std::vector<GpuAddress> of_node;
  for (auto& id : node.gather(device.pci_bus_id)) of_node.push_back({host_name(), std::move(id)});
  device.shared = group.max(some_share_a_gpu(of_node) ? 1 : 0) == 1;
  return device;
}

Provenance cuda_provenance() {
  int runtime = 0, nccl = 0;
  check_cuda(cudaRuntimeGetVersion(&runtime));
  if (const auto code = ncclGetVersion(&nccl); code != ncclSuccess)
    fail_on_device("NCCL", ncclGetErrorString(code), std::source_location::current());
  return {{"cuda", std::to_string(runtime)},
          {"nccl", std::to_string(nccl)},
          {"visible_gpus", std::to_string(visible_gpus())}};
}

}  // namespace stockpot::comm
