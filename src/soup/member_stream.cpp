// SPDX-License-Identifier: Apache-2.0
#include "soup/member_stream.hpp"

#include <utility>

#include "comm/all_or_none.hpp"
#include "core/error.hpp"

namespace stockpot::soup {

MemberStream::MemberStream(const MemberFiles& files, std::vector<std::size_t> order,
                           const model::Model& model, const model::Weights& like,
                           const comm::Group& group, Reading reading)
    : files_(files),
      order_(std::move(order)),
      model_(model),
      group_(group),
      now_(like.shared_layout(), at::kCPU),
      next_(now_),
      ahead_(reading == Reading::ahead && group.is_root()) {
  if (!like.device().is_cpu()) on_device_.emplace(like.shared_layout(), like.device());
  if (!ahead_) return;
  next_ = model::Weights(like.shared_layout(), at::kCPU);
  read_ahead();
}

void MemberStream::read_ahead() {
  if (!ahead_ || given_ == order_.size()) return;
  reading_ = std::async(std::launch::async,
                        [this, member = order_[given_]] { files_.load(member, model_, next_); });
}

const model::Weights& MemberStream::next() {
  expect(given_ < order_.size(), "no member is left", given_);
  comm::all_or_none(group_, [&] {
    if (reading_.valid())
      reading_.get();
    else if (group_.is_root())
      files_.load(order_[given_], model_, next_);
  });
  std::swap(now_, next_);
  ++given_;
  read_ahead();
  group_.broadcast(now_.host());
  if (!on_device_) return now_;
  on_device_->values().copy_(now_.values());
  return *on_device_;
}

}  // namespace stockpot::soup
