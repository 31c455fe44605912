// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "comm/group.hpp"
#include "data/image/unread_pictures.hpp"

namespace stockpot::jobs {

/// Read the pictures of a run that are files of their own. Of the ranks of a node that see the very
/// same files (by device, inode, size and times) the first one decodes, into memory that the others
/// map; a rank that sees others decodes those, so that it can be told apart later. Where memory of
/// another process may not be seen, a rank decodes for itself, and rank 0 says so.
///
/// unread   the same splits on every rank
/// digests  collects what the files hold, on every rank
/// throws AgreedError where a picture cannot be read
/// collective over `world`
void read_pictures(std::vector<data::UnreadPictures> unread, io::InputDigests& digests,
                   const comm::Group& world);

}  // namespace stockpot::jobs
