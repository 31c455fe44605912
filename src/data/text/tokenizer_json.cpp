// SPDX-License-Identifier: Apache-2.0
#include "data/text/tokenizer_json.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "core/error.hpp"
#include "data/text/token_list.hpp"
#include "io/strict_json.hpp"

namespace stockpot::data {
namespace {

constexpr std::size_t kDeepest = 32;

/// Knows where in the file it stands by the keys of the objects around it, as in
/// "/model/vocab/cat"; an array adds "/[]".
class Handler final : public io::StrictJson {
 public:
  Handler(std::string_view source, JsonKind kind)
      : StrictJson(source, 0),
        source_(source),
        vocabulary_(kind == JsonKind::vocabulary ? "" : "/model/vocab"),
        kind_(kind) {}

  TokenizerJson finish() {
    result_.tokens = place_tokens(tokens_, source_);
    return std::move(result_);
  }

  bool null() override { return value(); }
  bool boolean(bool on) override {
    const bool normalizer = kind_ == JsonKind::tokenizer && path_.starts_with("/normalizer") &&
                            path_.ends_with("/lowercase");
    if (normalizer || (kind_ == JsonKind::configuration && path_ == "/do_lower_case"))
      result_.lower_case = on;
    return value();
  }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool number_unsigned(number_unsigned_t id) override {
    if (in_vocabulary()) {
      if (tokens_.size() == kMostTokens) fail(fmt::format("more than {} tokens", kMostTokens));
      tokens_.emplace_back(path_.substr(vocabulary_.size() + 1), id);
      return leave_key();
    }
    return value();
  }
  bool string(string_t& text) override {
    if (path_ == "/model/type") result_.model = text;
    if (path_ == "/model/merges/[]") add_merge(text);
    if (path_ == "/model/merges/[]/[]") add_half(text);
    return value();
  }
  bool start_object(std::size_t) override { return enter(""); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override {
    check_in_object();
    return enter("/[]");
  }
  bool end_array() override {
    if (first_half_) fail("a merge that is not two tokens");
    return leave();
  }
  bool key(string_t& name) override {
    if (name.size() > kLongestToken)
      fail(fmt::format("a key of more than {} bytes", kLongestToken));
    path_.append("/").append(name);
    return true;
  }

 private:
  /// An open object or array: what the path was before it, without and with the part that arrays
  /// add.
  struct Level {
    std::size_t outside, inside;
  };

  bool in_vocabulary() const {
    return kind_ != JsonKind::configuration && !levels_.empty() &&
           levels_.back().inside == vocabulary_.size() && path_.starts_with(vocabulary_);
  }
  void check_in_object() const {
    if (levels_.empty()) fail("it is no JSON object");
  }
  bool value() {
    check_in_object();
    check_not_id();
    return leave_key();
  }
  void check_not_id() const {
    if (in_vocabulary()) fail("a token's id is not a plain integer");
  }
  bool leave_key() {
    path_.resize(levels_.empty() ? 0 : levels_.back().inside);
    return true;
  }
  bool enter(std::string_view part) {
    check_not_id();
    if (levels_.size() == kDeepest) fail("nested too deeply");
    const std::size_t outside = levels_.empty() ? 0 : levels_.back().inside;
    path_.append(part);
    levels_.push_back({outside, path_.size()});
    return true;
  }
  bool leave() {
    path_.resize(levels_.back().outside);
    levels_.pop_back();
    return true;
  }
  void add_merge(std::string_view text) {
    const auto [left, right] = split_merge(text, source_);
    push_merge(left, right);
  }
  void add_half(std::string_view half) {
    if (!first_half_) {
      first_half_ = half;
      return;
    }
    push_merge(*first_half_, half);
    first_half_.reset();
  }
  void push_merge(std::string_view left, std::string_view right) {
    if (result_.merges.size() == kMostTokens) fail(fmt::format("more than {} merges", kMostTokens));
    result_.merges.emplace_back(left, right);
  }

  std::string source_, vocabulary_, path_;
  JsonKind kind_;
  std::vector<Level> levels_;
  std::vector<NumberedToken> tokens_;
  std::optional<std::string> first_half_;
  TokenizerJson result_;
};

}  // namespace

TokenizerJson parse_tokenizer_json(std::string_view text, std::string_view source, JsonKind kind) {
  Handler handler(source, kind);
  handler.parse(text);
  return handler.finish();
}

}  // namespace stockpot::data
