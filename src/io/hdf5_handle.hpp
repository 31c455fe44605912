// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hdf5.h>

#include <exception>
#include <source_location>
#include <utility>

namespace stockpot::io {

/// Throw IoError, with call site and the library's own text, where an HDF5 call returned a negative
/// number; else return it.
hid_t check_hdf5(hid_t result, std::source_location where = std::source_location::current());

/// Make the library ready: no printing of its own, no loading of filters from a plugin path. Cheap
/// after the first time.
void open_hdf5();

/// Owns one HDF5 identifier. Its destructor throws where closing fails, because an unseen failure
/// there is lost data (result_format.md, "How a file is put down"), unless another error is on its
/// way.
class Hdf5Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Hdf5Handle(hid_t id, Close close, std::source_location where = std::source_location::current())
      : id_(check_hdf5(id, where)), close_(close) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept
      : id_(std::exchange(other.id_, H5I_INVALID_HID)),
        close_(other.close_),
        unwinding_(other.unwinding_) {}
  Hdf5Handle& operator=(Hdf5Handle&&) = delete;
  ~Hdf5Handle() noexcept(false) {  // NOLINT(bugprone-unsafe-to-allow-exceptions): see above
    if (id_ < 0) return;
    const herr_t closed = close_(id_);
    if (std::uncaught_exceptions() == unwinding_) check_hdf5(closed);
  }

  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  Close close_;
  int unwinding_ = std::uncaught_exceptions();
};

}  // namespace stockpot::io
