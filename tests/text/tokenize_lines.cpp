// SPDX-License-Identifier: Apache-2.0
// Reads lines from stdin and writes their ids, one line each: the C++ half of
// tests/golden/compare_tokenizers.py.
//   tokenize_lines word_piece|byte_pair VOCABULARY [repetitions]     with repetitions: prints the
//   seconds of the fastest one instead
#include <chrono>
#include <iostream>
#include <iterator>
#include <limits>
#include <string>

#include "core/error.hpp"
#include "data/text/byte_pair.hpp"
#include "data/text/word_piece.hpp"

using namespace stockpot;

namespace {

std::vector<std::string> read_lines() {
  std::vector<std::string> lines;
  for (std::string line; std::getline(std::cin, line);) lines.push_back(std::move(line));
  return lines;
}

template <typename Tokenizer>
void print_ids(const Tokenizer& tokenizer, const std::vector<std::string>& lines) {
  std::string out;
  std::vector<std::int32_t> ids;
  for (const std::string& line : lines) {
    ids.clear();
    tokenizer.append_ids(line, ids);
    for (const std::int32_t id : ids) out.append(std::to_string(id)).push_back(' ');
    out.push_back('\n');
  }
  std::cout << out;
}

template <typename Tokenizer>
void print_seconds(const Tokenizer& tokenizer, const std::vector<std::string>& lines,
                   int repetitions) {
  double fastest_s = std::numeric_limits<double>::infinity();
  std::vector<std::int32_t> ids;
  for (int i = 0; i < repetitions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    ids.clear();
    for (const std::string& line : lines) tokenizer.append_ids(line, ids);
    fastest_s = std::min(
        fastest_s, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::cout << fastest_s << ' ' << ids.size() << '\n';
}

template <typename Tokenizer>
void run(const Tokenizer& tokenizer, int repetitions) {
  const auto lines = read_lines();
  repetitions == 0 ? print_ids(tokenizer, lines) : print_seconds(tokenizer, lines, repetitions);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) throw UsageError("tokenize_lines word_piece|byte_pair VOCABULARY [repetitions]");
  std::ios::sync_with_stdio(false);
  const int repetitions = argc > 3 ? std::stoi(argv[3]) : 0;
  if (std::string(argv[1]) == "word_piece")
    run(data::WordPiece::load(argv[2]), repetitions);
  else
    run(data::BytePair::load(argv[2]), repetitions);
} catch (const Error& error) {
  std::cerr << error.what() << '\n';
  return static_cast<int>(error.exit_code());
}
