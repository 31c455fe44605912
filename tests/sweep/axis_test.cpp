// SPDX-License-Identifier: Apache-2.0
#include "sweep/axis.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

using stockpot::ConfigError;
using stockpot::sweep::values_of;
using Values = std::vector<std::string>;

TEST(Axis, OfOneValueIsThatValueWhateverItHolds) {
  for (const char* text : {"isp", "", "0.5", "/data/a:b/c", "norms biases", "1:2:3:4", "a:b", "-"})
    EXPECT_EQ(values_of(text), Values{text});
}

TEST(Axis, OfAListKeepsItsOrderAndRepetitions) {
  EXPECT_EQ(values_of("lth,isp,lth"), (Values{"lth", "isp", "lth"}));
  EXPECT_EQ(values_of("1e-4, 5e-5"), (Values{"1e-4", "5e-5"}));
}

TEST(Axis, OfARangeHasBothEnds) {
  EXPECT_EQ(values_of("0:4"), (Values{"0", "1", "2", "3", "4"}));
  EXPECT_EQ(values_of("3:3"), Values{"3"});
  EXPECT_EQ(values_of("4:0:-2"), (Values{"4", "2", "0"}));
  EXPECT_EQ(values_of("-1:1"), (Values{"-1", "0", "1"}));
}

TEST(Axis, OfARangeOfFractionsIsExact) {
  EXPECT_EQ(values_of("0.1:0.9:0.1"),
            (Values{"0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"}));
  EXPECT_EQ(values_of("0.90:1:0.05"), (Values{"0.90", "0.95", "1.00"}));
  EXPECT_EQ(values_of("-0.05:0.05:0.05"), (Values{"-0.05", "0.00", "0.05"}));
}

TEST(Axis, MixesValuesAndRanges) {
  EXPECT_EQ(values_of("0.5,0.7:0.9:0.1,0.99"), (Values{"0.5", "0.7", "0.8", "0.9", "0.99"}));
}

TEST(Axis, RefusesWhatIsNoList) {
  for (const char* text :
       {"0:5:2", "0:5:0", "0:5:-1", "5:0", "0.1:0.9", "a,,b", ",", "1,", "0:1000000"})
    EXPECT_THROW(values_of(text), ConfigError) << text;
}
