// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace stockpot::model {

/// What training and pruning may do with a tensor. The weights holds them in this order.
enum class Role {
  prunable,  ///< trained, and competes for survival
  trained,   ///< trained, never pruned: biases, norms, embeddings, heads
  tracked,   ///< no gradient, but moved by every training step: running statistics
  frozen,    ///< never changed: heads made of text
};

/// How a tensor starts when no file gives it.
struct Init {
  enum class Kind { zeros, ones, normal } kind = Kind::zeros;
  double deviation = 0.02;  ///< of the normal distribution, cut off at two deviations
};

/// One tensor of the autograd graph: a contiguous piece of the weights.
///
/// It may stand for several named tensors stacked along dimension 0 (query, key, value as one
/// matrix product); files and masks see the names.
struct Leaf {
  std::vector<std::string> names;
  std::vector<std::int64_t> shape;
  Role role = Role::trained;
  Init init = {};
  bool is_head = false;     ///< the task's own: pretrained files need not have it
  std::int64_t offset = 0;  ///< first element in the weights (set by Layout)
  std::int64_t size() const;
};

/// A tensor as files see it.
struct NamedTensor {
  std::string name;
  std::vector<std::int64_t> shape;
  Role role;
  bool is_head;
  std::int64_t offset;
  std::int64_t size;
};

/// Which tensors a model has and where they lie in one flat array: prunable ones first, each role
/// in canonical order (methods.md 1.3: layer by layer; q, k, v, out, mlp-up, mlp-down). Immutable.
class Layout {
 public:
  /// leaves  in canonical order; their offsets are set here
  explicit Layout(std::vector<Leaf> leaves);

  /// The leaves in the order the model gave them, which is how it names them by number.
  const std::vector<Leaf>& leaves() const { return leaves_; }
  /// Named tensors by offset.
  const std::vector<NamedTensor>& tensors() const { return tensors_; }

  std::int64_t prunable() const {
    return prunable_;
  }  ///< P: elements [0, P) of the weights are prunable
  std::int64_t trained() const { return trained_; }  ///< elements [0, trained) have gradients
  std::int64_t tracked() const {
    return tracked_;
  }  ///< elements [trained, tracked) are running statistics
  std::int64_t total() const { return total_; }

 private:
  std::vector<Leaf> leaves_;
  std::vector<NamedTensor> tensors_;
  std::int64_t prunable_ = 0, trained_ = 0, tracked_ = 0, total_ = 0;
};

}  // namespace stockpot::model
