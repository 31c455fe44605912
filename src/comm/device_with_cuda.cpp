// SPDX-License-Identifier: Apache-2.0
#include <cuda_runtime.h>
#include <mpi.h>
#include <nccl.h>
#include <unistd.h>

#include <source_location>
#include <utility>

#include "comm/check.hpp"
#include "comm/device.hpp"
#include "comm/gradient_reducer.hpp"
#include "comm/mpi_gradient_reducer.hpp"
#include "core/error.hpp"

namespace stockpot::comm {
namespace {

[[noreturn]] void fail(const char* library, const char* text, const std::source_location& where) {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  throw CommError(std::string(library) + " failed in " + where.function_name() + " at " +
                      where.file_name() + ":" + std::to_string(where.line()),
                  std::string(text) + ", on " + host);
}

void check_cuda(cudaError_t code, std::source_location where = std::source_location::current()) {
  if (code != cudaSuccess) fail("CUDA", cudaGetErrorString(code), where);
}

void check_nccl(ncclResult_t code, std::source_location where = std::source_location::current()) {
  if (code != ncclSuccess) fail("NCCL", ncclGetErrorString(code), where);
}

int visible_gpus() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

/// Sums GPU memory through a pinned host buffer: no CUDA-aware MPI needed, and works with several
/// ranks on one GPU.
class StagedMpiReducer final : public GradientReducer {
 public:
  explicit StagedMpiReducer(const Group& comm) : comm_(comm) {}
  ~StagedMpiReducer() override { cudaFreeHost(staging_); }
  StagedMpiReducer(const StagedMpiReducer&) = delete;
  StagedMpiReducer& operator=(const StagedMpiReducer&) = delete;

  void sum(float* values, std::size_t count) override {
    if (comm_.size() == 1) return;
    if (count > capacity_) {
      check_cuda(cudaFreeHost(std::exchange(staging_, nullptr)));
      check_cuda(cudaMallocHost(reinterpret_cast<void**>(&staging_), count * sizeof(float)));
      capacity_ = count;
    }
    // the default stream is the one LibTorch computes on; both copies block the host
    check_cuda(cudaMemcpy(staging_, values, count * sizeof(float), cudaMemcpyDeviceToHost));
    comm_.sum(std::span(staging_, count));
    check_cuda(cudaMemcpy(values, staging_, count * sizeof(float), cudaMemcpyHostToDevice));
  }
  std::string name() const override { return "mpi"; }

 private:
  const Group& comm_;
  float* staging_ = nullptr;
  std::size_t capacity_ = 0;
};

class NcclReducer final : public GradientReducer {
 public:
  explicit NcclReducer(const Group& comm) {
    ncclUniqueId id{};
    if (comm.is_root()) check_nccl(ncclGetUniqueId(&id));
    comm.broadcast(std::span(&id, 1));
    check_nccl(ncclCommInitRank(&nccl_, comm.size(), id, comm.rank()));
  }
  ~NcclReducer() override { ncclCommDestroy(nccl_); }
  NcclReducer(const NcclReducer&) = delete;
  NcclReducer& operator=(const NcclReducer&) = delete;

  void sum(float* values, std::size_t count) override {
    // on the default stream, in order after the backward pass and before the optimizer
    check_nccl(ncclAllReduce(values, values, count, ncclFloat, ncclSum, nccl_, nullptr));
  }
  std::string name() const override { return "nccl"; }

 private:
  ncclComm_t nccl_ = nullptr;
};

}  // namespace

Device choose_device(const std::string& wanted, const Group& comm) {
  const Group node = comm.node_local();
  const int gpus = visible_gpus();
  // every rank decides alike: one rank without a GPU puts all on the CPU, or stops all
  const bool all_have_one = comm.max(gpus == 0 ? 1 : 0) == 0;
  const bool shared = comm.max(node.size() > gpus ? 1 : 0) == 1;
  if (wanted == "cpu" || (wanted == "auto" && !all_have_one)) return {};
  if (!all_have_one)
    throw ConfigError("device = cuda", "a rank sees no GPU",
                      "ask the scheduler for GPUs, or set device = auto");
  const int index = node.rank() % gpus;
  check_cuda(cudaSetDevice(index));
  cudaDeviceProp properties{};
  check_cuda(cudaGetDeviceProperties(&properties, index));
  return {.cuda = true, .index = index, .shared = shared, .name = properties.name};
}

Provenance cuda_provenance() {
  int runtime = 0, nccl = 0;
  check_cuda(cudaRuntimeGetVersion(&runtime));
  check_nccl(ncclGetVersion(&nccl));
  return {{"cuda", std::to_string(runtime)},
          {"nccl", std::to_string(nccl)},
          {"visible_gpus", std::to_string(visible_gpus())}};
}

std::unique_ptr<GradientReducer> make_gradient_reducer(const std::string& backend,
                                                       const Device& device, const Group& comm) {
  if (!device.cuda) {
    if (backend == "nccl")
      throw ConfigError("dist.backend = nccl", "the tensors live on the CPU",
                        "set device = cuda or dist.backend = auto");
    return std::make_unique<MpiGradientReducer>(comm);
  }
  if (backend == "nccl" && device.shared)
    throw ConfigError("dist.backend = nccl",
                      "there are more ranks than GPUs on a node, which NCCL refuses",
                      "start one rank per GPU, or set dist.backend = mpi");
  if (backend == "mpi" || device.shared) return std::make_unique<StagedMpiReducer>(comm);
  return std::make_unique<NcclReducer>(comm);
}

}  // namespace stockpot::comm
