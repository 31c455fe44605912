// SPDX-License-Identifier: Apache-2.0
#include <nccl.h>

#include <exception>
#include <span>
#include <thread>
#include <utility>

#include "comm/all_or_none.hpp"
#include "comm/check_cuda.hpp"
#include "comm/mpi_gradient_reducer.hpp"
#include "core/error.hpp"

namespace stockpot::comm {
namespace {

using Where = std::source_location;

/// LibTorch computes on the default stream.
constexpr cudaStream_t kComputeStream = nullptr;

/// Sums GPU memory through a pinned host buffer: no CUDA-aware MPI needed, and works with several
/// ranks on one GPU.
class StagedMpiReducer final : public GradientReducer {
 public:
  explicit StagedMpiReducer(const Group& group) : group_(group) {}
  ~StagedMpiReducer() override { cudaFreeHost(staging_); }
  StagedMpiReducer(const StagedMpiReducer&) = delete;
  StagedMpiReducer& operator=(const StagedMpiReducer&) = delete;

  void begin(float* values, std::size_t count) override { buckets_.add(values, count); }
  void finish() override {
    for (const auto part : buckets_.take())
      if (group_.size() > 1) sum_staged(part);
  }
  std::string name() const override { return "mpi"; }

 private:
  void sum_staged(std::span<float> values) {
    if (values.size() > capacity_) {
      capacity_ = 0;
      check_cuda(cudaFreeHost(std::exchange(staging_, nullptr)));
      check_cuda(cudaMallocHost(reinterpret_cast<void**>(&staging_), values.size_bytes()));
      capacity_ = values.size();
    }
    // both copies come after what the compute stream was given so far, and block the host
    check_cuda(cudaMemcpy(staging_, values.data(), values.size_bytes(), cudaMemcpyDeviceToHost));
    group_.sum(std::span(staging_, values.size()));
    check_cuda(cudaMemcpy(values.data(), staging_, values.size_bytes(), cudaMemcpyHostToDevice));
  }

  const Group& group_;
  Buckets buckets_;
  float* staging_ = nullptr;
  std::size_t capacity_ = 0;
};

/// Owns a communicator of NCCL. No call blocks in the library: what is in progress is polled, so an
/// error of another rank is seen. While an exception is on its way the communicator is aborted,
/// because an orderly end waits for ranks that will not come.
class NcclCommunicator {
 public:
  explicit NcclCommunicator(const Group& group) {
    ncclUniqueId id{};
    all_or_none(group, [&] {
      if (group.is_root()) check(ncclGetUniqueId(&id));
    });
    group.broadcast(std::span(&id, 1));
    ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
    config.blocking = 0;
    try {
      group.collective("nccl start", sizeof id, [&] {
        wait_for(ncclCommInitRankConfig(&nccl_, group.size(), id, group.rank(), &config));
      });
    } catch (...) {
      if (nccl_) ncclCommAbort(nccl_);
      throw;
    }
  }
  ~NcclCommunicator() {
    const bool unwinding = std::uncaught_exceptions() > exceptions_;
    if (unwinding || !ends_in_order())
      ncclCommAbort(nccl_);
    else
      ncclCommDestroy(nccl_);
  }
  NcclCommunicator(const NcclCommunicator&) = delete;
  NcclCommunicator& operator=(const NcclCommunicator&) = delete;

  /// Throw unless `code`, or what the call becomes that is still in progress, is success.
  void wait_for(ncclResult_t code, Where where = Where::current()) const {
    while (code == ncclInProgress) {
      std::this_thread::yield();
      if (const auto asked = ncclCommGetAsyncError(nccl_, &code); asked != ncclSuccess)
        code = asked;
    }
    check(code, where);
  }

  /// Throw if an error has come up since the calls that were begun.
  void check_health(Where where = Where::current()) const {
    ncclResult_t state = ncclSuccess;
    check(ncclCommGetAsyncError(nccl_, &state), where);
    wait_for(state, where);
  }

  operator ncclComm_t() const { return nccl_; }

 private:
  static void check(ncclResult_t code, Where where = Where::current()) {
    if (code != ncclSuccess) fail_on_device("NCCL", ncclGetErrorString(code), where);
  }

  bool ends_in_order() const noexcept {
    try {
      wait_for(ncclCommFinalize(nccl_));
      return true;
    } catch (const CommError&) {
      return false;
    }
  }

  ncclComm_t nccl_ = nullptr;
  int exceptions_ = std::uncaught_exceptions();
};

/// Sums on the GPU, on a stream of its own: a bucket waits for what the compute stream was given
/// before `begin`, and after `finish` the compute stream waits for the buckets. The host does not.
class NcclReducer final : public GradientReducer {
 public:
  explicit NcclReducer(const Group& group) : group_(group), nccl_(group) {
    check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
    check_cuda(cudaEventCreateWithFlags(&reached_, cudaEventDisableTiming));
  }
  ~NcclReducer() override {
    cudaEventDestroy(reached_);
    cudaStreamDestroy(stream_);
  }
  NcclReducer(const NcclReducer&) = delete;
  NcclReducer& operator=(const NcclReducer&) = delete;

  void begin(float* values, std::size_t count) override {
    let_wait(stream_, kComputeStream);
    group_.collective("nccl sum", count * sizeof(float), [&] {
      nccl_.wait_for(ncclAllReduce(values, values, count, ncclFloat, ncclSum, nccl_, stream_));
    });
  }
  void finish() override {
    let_wait(kComputeStream, stream_);
    nccl_.check_health();
  }
  std::string name() const override { return "nccl"; }

 private:
  /// What `later` is given from now on comes after all that `first` was given.
  void let_wait(cudaStream_t later, cudaStream_t first) const {
    check_cuda(cudaEventRecord(reached_, first));
    check_cuda(cudaStreamWaitEvent(later, reached_, 0));
  }

  const Group& group_;
  NcclCommunicator nccl_;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t reached_ = nullptr;
};

}  // namespace

void check_backend(const std::string& backend, const Device& device) {
  if (backend != "nccl") return;
  if (!device.cuda)
    throw ConfigError("dist.backend = nccl", "the tensors live on the CPU",
                      "set device = cuda or dist.backend = auto");
  if (device.shared)
    throw ConfigError("dist.backend = nccl", "some ranks share a GPU, which NCCL refuses",
                      "start one rank per GPU, or set dist.backend = mpi");
}

std::unique_ptr<GradientReducer> make_gradient_reducer(const std::string& backend,
                                                       const Device& device, const Group& group) {
  all_or_none(group, [&] { check_backend(backend, device); });
  if (!device.cuda) return std::make_unique<MpiGradientReducer>(group);
  if (backend == "mpi" || device.shared) return std::make_unique<StagedMpiReducer>(group);
  return std::make_unique<NcclReducer>(group);
}

}  // namespace stockpot::comm
