# SPDX-License-Identifier: Apache-2.0
import pytest
from header_examples import ROOT, test_of as made_of

HEADER = """#pragma once
namespace stockpot::mask {

/// Ones.
/// Example:
///     const Mask two = all(2);
///
///     EXPECT_EQ(two.kept(), 2);
/// throws  nothing
Mask all(int size);

}  // namespace stockpot::mask
"""


def test_an_example_becomes_a_case_that_names_its_place():
    assert made_of("mask/mask.hpp", HEADER).splitlines()[1:] == [
        '#include "mask/mask.hpp"',
        "#include <gtest/gtest.h>",
        "",
        "TEST(HeaderExample, mask_mask_line_5) {",
        "  using namespace stockpot;",
        "  using namespace stockpot::mask;",
        f'#line 6 "{ROOT}/src/mask/mask.hpp"',
        "const Mask two = all(2);",
        "",
        "EXPECT_EQ(two.kept(), 2);",
        "}"]


def test_world_is_the_group_of_all_ranks():
    text = made_of("comm/group.hpp", HEADER.replace("two.kept(), 2", "world.size(), 1"))
    assert '#include "support/world.hpp"\n' in text
    assert "  const auto& world = test::world();\n" in text


@pytest.mark.parametrize("header", ["/// Ones.\nint one();\n", "/// Example:\n/// one();\nint one();\n"])
def test_a_header_whose_example_is_gone_or_not_indented_is_refused(header):
    with pytest.raises(ValueError):
        made_of("a.hpp", header)
