// SPDX-License-Identifier: Apache-2.0
#include "data/inflate.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "core/error.hpp"

namespace stockpot::data {

struct Inflater::State {
  z_stream stream{};
  std::array<std::uint8_t, 1 << 16> chunk;
  bool ended = false;
};

Inflater::Inflater(const InputFile& file, const Source& source)
    : file_(file), source_(source), state_(std::make_unique<State>()) {
  const int window = MAX_WBITS + (source.format == Format::gzip ? 16 : 0);
  expect(inflateInit2(&state_->stream, window) == Z_OK, "zlib cannot start");
}

Inflater::~Inflater() { inflateEnd(&state_->stream); }

bool Inflater::step() {
  if (state_->ended) return false;
  z_stream& z = state_->stream;
  if (z.avail_in == 0) {
    const auto count = static_cast<std::size_t>(
        std::min<std::uint64_t>(state_->chunk.size(), source_.end - source_.begin));
    if (count == 0)
      throw DataError(fmt::format("{}: ends inside a compressed stream at byte {}",
                                  file_.path().string(), source_.end),
                      "it was cut short", "fetch it again");
    file_.read(source_.begin, {state_->chunk.data(), count});
    source_.begin += count;
    z.next_in = state_->chunk.data();
    z.avail_in = static_cast<uInt>(count);
  }
  const int status = ::inflate(&z, Z_NO_FLUSH);
  if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
    throw DataError(fmt::format("{}: compressed stream is damaged before byte {}",
                                file_.path().string(), source_.begin - z.avail_in),
                    z.msg != nullptr ? z.msg : "", "fetch it again");
  state_->ended = status == Z_STREAM_END;
  return !state_->ended;
}

void Inflater::read(std::span<std::uint8_t> into) {
  constexpr std::size_t kAtOnce = std::size_t{1} << 30;
  z_stream& z = state_->stream;
  for (std::size_t done = 0; done < into.size();) {
    const std::size_t room = std::min(into.size() - done, kAtOnce);
    z.next_out = into.data() + done;
    z.avail_out = static_cast<uInt>(room);
    const bool more = step();
    done += room - z.avail_out;
    if (!more && done < into.size())
      throw DataError(
          file_.path().string() + ": its compressed stream holds less than its header tells",
          "it is damaged", "fetch it again");
  }
}

void Inflater::finish() {
  z_stream& z = state_->stream;
  std::uint8_t beyond = 0;
  z.next_out = &beyond;
  z.avail_out = 1;
  while (step() || z.avail_out == 0) {
    if (z.avail_out == 0)
      throw DataError(
          file_.path().string() + ": its compressed stream holds more than its header tells",
          "it is damaged", "fetch it again");
  }
  if (z.avail_in != 0 || source_.begin != source_.end)
    throw DataError(fmt::format("{}: bytes follow the compressed stream at byte {}",
                                file_.path().string(), source_.begin - z.avail_in),
                    "one stream is read");
}

}  // namespace stockpot::data
