// SPDX-License-Identifier: Apache-2.0
// Damaged files: each is refused by the function that the fuzzer runs, with the reason this table
// names.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "core/error.hpp"
#include "fuzz/safetensors/fuzz_safetensors.hpp"
#include "io/files.hpp"
#include "io/safetensors.hpp"
#include "support/temp_dir.hpp"
#include "support/under_asan.hpp"

using namespace stockpot;
namespace fs = std::filesystem;

namespace {

std::string with_length(std::uint64_t length, const std::string& rest) {
  std::string file(8, '\0');
  std::memcpy(file.data(), &length, 8);
  return file + rest;
}
std::string file_of(const std::string& header, std::size_t data_bytes = 0) {
  return with_length(header.size(), header + std::string(data_bytes, '\0'));
}
std::string entry(const std::string& name, const std::string& shape, const std::string& offsets,
                  const std::string& dtype = "F32") {
  return "\"" + name + R"(":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" +
         offsets + "}";
}
std::string one(const std::string& body) { return "{" + body + "}"; }

struct Damaged {
  const char* name;
  std::string bytes;
  const char* reason;
};

std::vector<Damaged> damaged_files() {
  const std::string a = entry("a", "[2]", "[0,8]");
  std::string nested(100'000, '[');
  return {
      {"empty", "", "ends inside its first 8 bytes"},
      {"seven_bytes", "1234567", "ends inside its first 8 bytes"},
      {"length_of_2_to_64", with_length(~std::uint64_t{0}, "{}"), "beyond the limit"},
      {"length_of_2_to_63", with_length(std::uint64_t{1} << 63, "{}"), "beyond the limit"},
      {"length_beyond_file", with_length(1000, "{}"), "does not fit into the file"},
      {"no_header", with_length(0, ""), "does not begin with {"},
      {"array", file_of("[]"), "does not begin with {"},
      {"byte_order_mark", file_of("\xef\xbb\xbf{}"), "does not begin with {"},
      {"cut_json", file_of("{\"a\":{\"dtype\":\"F3"), "parse error"},
      {"text_behind_json", file_of("{} x"), "parse error"},
      {"nul_behind_json", file_of(std::string("{}\0", 3)), "a NUL byte"},
      {"invalid_utf8", file_of("{\"a\xff\":{}}"), "parse error"},
      {"nested", file_of("{\"a\":" + nested), "unexpected an array"},
      {"nested_objects", file_of(R"({"a":{"dtype":{"x":{}}}})"), "unexpected an object"},
      {"entry_is_a_number", file_of(R"({"a":1})"), "unexpected a number"},
      {"entry_is_null", file_of(R"({"a":null})"), "unexpected null"},
      {"no_dtype", file_of(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", 8),
       "needs dtype, shape and two data_offsets"},
      {"no_shape", file_of(R"({"a":{"dtype":"F32","data_offsets":[0,8]}})", 8),
       "needs dtype, shape and two data_offsets"},
      {"no_offsets", file_of(R"({"a":{"dtype":"F32","shape":[2]}})", 8),
       "needs dtype, shape and two data_offsets"},
      {"one_offset", file_of(one(entry("a", "[2]", "[0]")), 8),
       "needs dtype, shape and two data_offsets"},
      {"three_offsets", file_of(one(entry("a", "[2]", "[0,8,8]")), 8),
       "more than two data_offsets"},
      {"unknown_field",
       file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"extra":1}})", 8),
       "unknown field"},
      {"field_twice",
       file_of(R"({"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8),
       "stands twice"},
      {"unknown_dtype", file_of(one(entry("a", "[8]", "[0,8]", "F8_E4M3")), 8), "is not read here"},
      {"negative_dimension", file_of(one(entry("a", "[-2]", "[0,8]")), 8), "negative number"},
      {"real_dimension", file_of(one(entry("a", "[2.0]", "[0,8]")), 8), "not a plain integer"},
      {"text_dimension", file_of(one(entry("a", R"(["2"])", "[0,8]")), 8), "unexpected a string"},
      {"huge_dimension", file_of(one(entry("a", "[18446744073709551615]", "[0,8]")), 8),
       "too large"},
      {"overflowing_shape", file_of(one(entry("a", "[4611686018427387904,4]", "[0,0]")), 0),
       "overflows"},
      {"overflowing_bytes", file_of(one(entry("a", "[4611686018427387906]", "[0,8]")), 8),
       "overflows"},
      {"too_many_dimensions", file_of(one(entry("a", "[1,1,1,1,1,1,1,1,2]", "[0,8]")), 8),
       "more than 8 dimensions"},
      {"shape_is_larger_than_data", file_of(one(entry("a", "[3]", "[0,8]")), 8),
       "say 12 bytes, data_offsets say 8"},
      {"ends_before_it_begins", file_of(one(entry("a", "[2]", "[8,0]")), 8),
       "ends before it begins"},
      {"data_beyond_file", file_of(one(a), 7), "need 1 bytes more"},
      {"bytes_behind_data", file_of(one(a), 9), "1 bytes belong to no tensor"},
      {"gap", file_of(one(a + "," + entry("b", "[1]", "[12,16]")), 16), "begins behind a gap"},
      {"gap_at_the_start", file_of(one(entry("b", "[1]", "[4,8]")), 8), "begins behind a gap"},
      {"overlap", file_of(one(a + "," + entry("b", "[2]", "[4,12]")), 12), "overlaps"},
      {"same_data", file_of(one(a + "," + entry("b", "[2]", "[0,8]")), 8), "overlaps"},
      {"empty_tensor_inside_another", file_of(one(a + "," + entry("b", "[0]", "[4,4]")), 8),
       "overlaps"},
      {"name_twice", file_of(one(a + "," + entry("a", "[1]", "[8,12]")), 12), "\"a\" stands twice"},
      {"name_twice_escaped", file_of(one(a + "," + entry("\\u0061", "[1]", "[8,12]")), 12),
       "\"a\" stands twice"},
      {"empty_name", file_of(one(entry("", "[2]", "[0,8]")), 8), "a tensor name of 0 bytes"},
      {"long_name", file_of(one(entry(std::string(513, 'a'), "[2]", "[0,8]")), 8),
       "a tensor name of 513 bytes"},
      {"control_in_name", file_of(one(entry("a\\u001b[2J", "[2]", "[0,8]")), 8),
       "control characters"},
      {"metadata_number", file_of(R"({"__metadata__":{"a":1}})"), "unexpected a number"},
      {"metadata_object", file_of(R"({"__metadata__":{"a":{}}})"), "unexpected an object"},
      {"metadata_twice", file_of(R"({"__metadata__":{},"__metadata__":{}})"), "stands twice"},
      {"metadata_key_twice", file_of(R"({"__metadata__":{"a":"1","a":"2"}})"), "stands twice"},
  };
}

std::string refusal(const fs::path& path) {
  return test::message_of<DataError>([&] { io::SafetensorsReader reader(path); });
}

}  // namespace

TEST(SafetensorsCorpus, EveryDamagedFileIsRefusedForItsReason) {
  test::TempDir folder;
  for (const Damaged& file : damaged_files()) {
    EXPECT_FALSE(test::fuzz_safetensors(test::as_bytes(file.bytes))) << file.name;
    test::write_text(folder / file.name, file.bytes);
    const std::string message = refusal(folder / file.name);
    EXPECT_NE(message.find(file.reason), std::string::npos) << file.name << ": " << message;
    EXPECT_NE(message.find((folder / file.name).string() + ": byte "), std::string::npos)
        << file.name << ": " << message;
  }
}

TEST(SafetensorsCorpus, WholeFilesAreAcceptedAndTheirTruncationsAreNot) {
  const std::string whole[] = {
      file_of("{}"), file_of("{}   \n"), file_of(R"({"__metadata__":{"format":"pt"}})"),
      file_of(one(entry("a", "[2]", "[0,8]") + "," + entry("e", "[0,3]", "[8,8]") + "," +
                  entry("b", "[]", "[8,10]", "BF16")),
              10),
      file_of(one(entry("z", "[0]", "[0,0]") + "," + entry("b", "[1]", "[4,8]") + "," +
                  entry("../a/b", "[1]", "[0,4]")),
              8)};
  for (const std::string& file : whole) {
    EXPECT_TRUE(test::fuzz_safetensors(test::as_bytes(file))) << file;
    for (std::size_t size = 0; size < file.size(); ++size) {
      EXPECT_FALSE(test::fuzz_safetensors(test::as_bytes(file.substr(0, size))))
          << file << " cut to " << size;
    }
  }
}

TEST(SafetensorsCorpus, EveryChangedByteIsRefusedOrReadsConsistently) {
  const std::string file =
      file_of(one(entry("a", "[2,1]", "[0,8]") + "," + entry("b", "[3]", "[8,14]", "F16")), 14);
  for (std::size_t i = 0; i < file.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = file;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      test::fuzz_safetensors(test::as_bytes(
          changed));  // aborts where an accepted header is not written and read back the same
    }
  }
}

TEST(SafetensorsCorpus, ALargeHostileHeaderTakesLessThanTwiceTheFileAnd64MiB) {
  if (test::kUnderAsan) GTEST_SKIP() << "the sanitizer's own memory counts here";
  test::TempDir folder;
  const std::size_t size = std::size_t{16} << 20;
  const auto filled = [&](const std::string& unit) {
    std::string header = "{";
    while (header.size() + unit.size() + 8 < size) header += unit;
    return file_of(header);
  };
  int number = 0;
  std::string unique = "{";
  while (unique.size() < size - 64)
    unique.append(unique.size() > 1 ? "," : "")
        .append(entry(std::to_string(++number), "[0]", "[0,0]"));
  for (const std::string& bytes :
       {filled(entry("a", "[0]", "[0,0]") + ","),
        file_of("{\"" + std::string(size - 8, 'x') + "\":1}"),
        file_of("{\"a\":{\"shape\":[" + std::string(size - 64, '1')), file_of(unique + "}")}) {
    test::write_text(folder / "hostile", bytes);
    const pid_t child = ::fork();
    if (child == 0) {
      rusage before{}, after{};
      getrusage(RUSAGE_SELF, &before);
      const rlimit limit{30, 30};
      setrlimit(RLIMIT_CPU, &limit);
      const std::string message = refusal(folder / "hostile");
      getrusage(RUSAGE_SELF, &after);
      const bool frugal = after.ru_maxrss - before.ru_maxrss <
                          static_cast<long>(2 * bytes.size() + (64u << 20)) / 1024;
      ::_exit(message == "no error" || message.starts_with("another") ? 1 : frugal ? 0 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
        << "status " << status << " for " << bytes.substr(8, 60);
  }
}
