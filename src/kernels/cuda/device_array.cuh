// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cuda_runtime.h>

#include <cstddef>
#include <source_location>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace stockpot::kernels::cuda {

/// Throw CommError with the text of CUDA unless `code` is success.
inline void check(cudaError_t code, std::source_location where = std::source_location::current()) {
  if (code != cudaSuccess)
    throw CommError(
        "CUDA failed at " + std::string(where.file_name()) + ":" + std::to_string(where.line()),
        cudaGetErrorString(code));
}

/// Device memory of `count` zeroed values, in the order of a stream.
template <typename T>
class DeviceArray {
 public:
  DeviceArray(std::size_t count, cudaStream_t stream) : count_(count), stream_(stream) {
    check(cudaMallocAsync(reinterpret_cast<void**>(&data_), count * sizeof(T), stream));
    check(cudaMemsetAsync(data_, 0, count * sizeof(T), stream));
  }
  ~DeviceArray() { cudaFreeAsync(data_, stream_); }
  DeviceArray(const DeviceArray&) = delete;
  DeviceArray& operator=(const DeviceArray&) = delete;

  T* data() { return data_; }

  /// The values, once everything queued before is done.
  std::vector<T> to_host() const {
    std::vector<T> values(count_);
    check(
        cudaMemcpyAsync(values.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost, stream_));
    check(cudaStreamSynchronize(stream_));
    return values;
  }

  void from_host(const std::vector<T>& values) {
    expect(values.size() == count_, "values of another number are copied to the GPU");
    check(
        cudaMemcpyAsync(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice, stream_));
    check(cudaStreamSynchronize(stream_));  // `values` may go
  }

 private:
  T* data_ = nullptr;
  std::size_t count_;
  cudaStream_t stream_;
};

}  // namespace stockpot::kernels::cuda
