// SPDX-License-Identifier: Apache-2.0
#include "soup/member_stream.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.hpp"
#include "support/toy.hpp"
#include "support/world.hpp"

using namespace stockpot;
using Reading = soup::MemberStream::Reading;

namespace {

/// Three members of a soup, written by rank 0 to a folder that the others need not know.
class Members : public ::testing::TestWithParam<Reading> {
 protected:
  Members() {
    model::Weights weights(like_.shared_layout(), at::kCPU);
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      model::initialise(weights, seed);
      files_.write(seed, weights, world_);
      values_.emplace_back(weights.host().begin(), weights.host().end());
    }
  }
  soup::MemberStream stream(std::vector<std::size_t> order) const {
    return {files_, std::move(order), *toy_.model, like_, world_, GetParam()};
  }
  static std::vector<float> next(soup::MemberStream& stream) {
    const auto values = stream.next().host();
    return {values.begin(), values.end()};
  }
  void damage(std::size_t member) const {
    if (world_.is_root()) std::ofstream(files_.path(member)) << "no weights";
  }

  const comm::Group& world_ = test::world();
  test::TempDir folder_;
  test::ToyRun toy_;
  model::Weights like_{toy_.model->layout(), at::kCPU};
  soup::MemberFiles files_{folder_.path()};
  std::vector<std::vector<float>> values_;
};

}  // namespace

TEST_P(Members, ComeInTheOrderThatIsGiven) {
  auto members = stream({2, 0, 2, 1});
  for (const std::size_t member : {2, 0, 2, 1}) EXPECT_EQ(next(members), values_[member]);
  EXPECT_THROW(members.next(), LogicError);
}

TEST_P(Members, ThatCannotBeReadEndAllRanksWhenTheirTurnComes) {
  damage(1);
  auto members = stream({0, 1, 2});
  EXPECT_EQ(next(members), values_[0]);
  try {
    members.next();
    FAIL() << "a damaged member was read";
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::bad_input);
    EXPECT_NE(std::string(error.what()).find("member-001.safetensors"), std::string::npos);
  }
}

TEST_P(Members, MayBeLeftBeforeTheLast) {
  auto members = stream({0, 1, 2});
  EXPECT_EQ(next(members), values_[0]);
}

INSTANTIATE_TEST_SUITE_P(Reading, Members, ::testing::Values(Reading::when_asked, Reading::ahead),
                         [](const auto& reading) {
                           return reading.param == Reading::ahead ? "Ahead" : "WhenAsked";
                         });
