// SPDX-License-Identifier: Apache-2.0
#include "io/safetensors.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>

#include "core/error.hpp"
#include "io/files.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
using io::Dtype;
using test::message_of;
namespace fs = std::filesystem;

namespace {

template <typename T>
io::TensorToWrite tensor(std::string name, Dtype dtype, std::vector<std::int64_t> shape,
                         const std::vector<T>& values) {
  return {std::move(name), dtype, std::move(shape), std::as_bytes(std::span(values))};
}

std::vector<float> read(const io::SafetensorsReader& reader, const char* name) {
  const io::TensorInfo* info = reader.find(name);
  if (!info) throw std::runtime_error("no tensor " + std::string(name));
  std::vector<float> values(static_cast<std::size_t>(info->size()));
  reader.read(*info, values);
  return values;
}

/// A folder with two shards and their index.
struct ShardedFolder {
  ShardedFolder() {
    const std::vector<float> a{1, 2}, b{3};
    io::write_safetensors(folder / "model-00001-of-00002.safetensors",
                          {io::float_tensor("a", {2}, a)});
    io::write_safetensors(folder / "model-00002-of-00002.safetensors",
                          {io::float_tensor("b", {1}, b)});
  }
  void write_index(const std::string& weight_map) const {
    test::write_text(folder / "model.safetensors.index.json",
                     R"({"metadata": {"total_size": 12}, "weight_map": )" + weight_map + "}");
  }
  std::string refusal() const {
    return message_of<DataError>([&] { io::SafetensorsReader reader(folder.path()); });
  }
  test::TempDir folder;
};

}  // namespace

TEST(Safetensors, ReadsBackWhatWasWrittenInEveryDtype) {
  test::TempDir folder;
  const std::vector<float> w{1.5f, -2.0f, 0.0f, 4.0f, 5.0f, 6.0f};
  const std::vector<std::uint16_t> half{0x3c00, 0xc000}, brain{0x3f80};
  const std::vector<std::int64_t> ids{0, 1, 2};
  const std::vector<std::uint8_t> bits{0xa0};
  io::write_safetensors(
      folder / "w",
      {io::float_tensor("w", {2, 3}, w), tensor("half", Dtype::f16, {2}, half),
       tensor("brain", Dtype::bf16, {}, brain), tensor("ids", Dtype::i64, {1, 3}, ids),
       tensor("bits", Dtype::u8, {1}, bits), io::float_tensor("empty", {0, 4}, {})},
      {{"format", "pt"}});
  const io::SafetensorsReader reader(folder / "w");
  EXPECT_EQ(reader.tensors().size(), 6u);
  EXPECT_EQ(reader.metadata().at("format"), "pt");
  EXPECT_EQ(reader.find("w")->shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(read(reader, "w"), w);
  EXPECT_EQ(read(reader, "half"), (std::vector{1.0f, -2.0f}));
  EXPECT_EQ(read(reader, "brain"), (std::vector{1.0f}));
  EXPECT_EQ(read(reader, "empty"), std::vector<float>{});
  EXPECT_EQ(reader.bytes(*reader.find("ids")).size(), 24u);
  EXPECT_EQ(reader.find("W"), nullptr);
}

TEST(Safetensors, AreTheSameBytesInWhateverOrderTensorsAreGiven) {
  test::TempDir folder;
  const std::vector<float> a{1}, b{2};
  io::write_safetensors(folder / "1",
                        {io::float_tensor("a", {1}, a), io::float_tensor("b", {1}, b)});
  io::write_safetensors(folder / "2",
                        {io::float_tensor("b", {1}, b), io::float_tensor("a", {1}, a)});
  EXPECT_EQ(test::read_text(folder / "1"), test::read_text(folder / "2"));
}

TEST(Safetensors, AreTheBytesOfTheReferenceImplementation) {
  test::TempDir folder;
  const std::vector<float> weight{0.5f, -1.0f, 2.0f, 0.0f, -0.0f, 3.5f}, bias{1.0f, 2.0f};
  const std::vector<std::int64_t> ids{7, 8, 9};
  const std::vector<std::uint16_t> half{0x3c00, 0x7bff};
  const std::vector<std::uint8_t> flags{1, 0, 1};
  io::write_safetensors(
      folder / "ours",
      {io::float_tensor("block.weight", {2, 3}, weight), io::float_tensor("block.bias", {2}, bias),
       tensor("ids", Dtype::i64, {3}, ids), tensor("half", Dtype::f16, {2, 1}, half),
       tensor("flags", Dtype::boolean, {3}, flags)},
      {{"format", "np"}});
  EXPECT_EQ(test::read_text(folder / "ours"),
            test::read_text(fs::path(STOCKPOT_SOURCE_DIR) / "tests/golden/reference.safetensors"));
}

TEST(Safetensors, RefuseToWriteANameTwiceOrAWrongShape) {
  test::TempDir folder;
  const std::vector<float> a{1};
  EXPECT_THROW(io::write_safetensors(
                   folder / "x", {io::float_tensor("a", {1}, a), io::float_tensor("a", {1}, a)}),
               LogicError);
  EXPECT_THROW(io::write_safetensors(folder / "x", {io::float_tensor("a", {2}, a)}), LogicError);
  EXPECT_EQ(test::files_in(folder.path()), 0u);
}

TEST(Safetensors, NameTheElementThatIsNotFinite) {
  test::TempDir folder;
  std::vector<float> values(1'500'000, 1.0f);
  values[1'200'000] = NAN;
  io::write_safetensors(folder / "w", {io::float_tensor("w", {1'500'000}, values)});
  const io::SafetensorsReader reader(folder / "w");
  const std::string message = message_of<DataError>([&] { read(reader, "w"); });
  EXPECT_NE(message.find("tensor \"w\": element 1200000 is NaN"), std::string::npos) << message;
}

TEST(Safetensors, NoticeAFileThatChangesWhileItIsRead) {
  test::TempDir folder;
  const std::vector<float> a{1};
  io::write_safetensors(folder / "w", {io::float_tensor("a", {1}, a)});
  const io::SafetensorsReader reader(folder / "w");
  test::write_text(folder / "w", test::read_text(folder / "w") + "more");
  EXPECT_NE(message_of<DataError>([&] { read(reader, "a"); }).find("changed while it was read"),
            std::string::npos);
}

TEST(Safetensors, ReadShardsOfAFolder) {
  const ShardedFolder sharded;
  sharded.write_index(
      R"({"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"})");
  const io::SafetensorsReader reader(sharded.folder.path());
  EXPECT_EQ(read(reader, "a"), (std::vector{1.0f, 2.0f}));
  EXPECT_EQ(read(reader, "b"), (std::vector{3.0f}));
}

TEST(Safetensors, RefuseAnIndexThatContradictsItsShards) {
  const ShardedFolder sharded;
  sharded.write_index(
      R"({"a": "model-00001-of-00002.safetensors", "b": "model-00001-of-00002.safetensors"})");
  EXPECT_NE(sharded.refusal().find("does not hold tensor \"b\""), std::string::npos)
      << sharded.refusal();
  sharded.write_index(
      R"({"a": "model-00001-of-00002.safetensors", "c": "model-00002-of-00002.safetensors"})");
  EXPECT_NE(sharded.refusal().find("holds tensor \"b\" (the index"), std::string::npos)
      << sharded.refusal();
  sharded.write_index(
      R"({"a": "model-00001-of-00002.safetensors", "b": "model-00003-of-00002.safetensors"})");
  EXPECT_NE(sharded.refusal().find("no file"), std::string::npos) << sharded.refusal();
  sharded.write_index(
      R"({"a": "model-00001-of-00002.safetensors", "a": "model-00002-of-00002.safetensors"})");
  EXPECT_NE(sharded.refusal().find("stands twice"), std::string::npos) << sharded.refusal();
  sharded.write_index("{}");
  EXPECT_NE(sharded.refusal().find("names no tensor"), std::string::npos) << sharded.refusal();
  sharded.write_index(R"({"a": 1})");
  EXPECT_NE(sharded.refusal().find("unexpected a number"), std::string::npos) << sharded.refusal();
}

TEST(Safetensors, NeverMakeAPathOfAShardName) {
  const ShardedFolder sharded;
  for (const char* name : {"../model-00001-of-00002.safetensors", "/etc/passwd.safetensors",
                           "sub/model.safetensors", ".hidden.safetensors", ".safetensors", "",
                           "model.bin", "a\\u0000.safetensors", "a\\n.safetensors"}) {
    sharded.write_index("{\"a\": \"" + std::string(name) + "\"}");
    EXPECT_NE(sharded.refusal().find("is not the plain name"), std::string::npos)
        << name << ": " << sharded.refusal();
  }
}

TEST(Safetensors, RefuseAPyTorchFileWithTheLineThatConvertsIt) {
  test::TempDir folder;
  test::write_text(folder / "weights", std::string("PK\x03\x04 and the rest of a zip archive"));
  test::write_text(folder / "pickle", std::string("\x80\x02}q\x00(X\x01 and so on", 16));
  test::write_text(folder / "pytorch_model.bin", "anything");
  for (const fs::path& path :
       {folder / "weights", folder / "pickle", folder / "pytorch_model.bin", folder.path()}) {
    const std::string message = message_of<DataError>([&] { io::SafetensorsReader reader(path); });
    EXPECT_NE(message.find("is a PyTorch file"), std::string::npos) << message;
    EXPECT_NE(message.find("python -c \"import torch"), std::string::npos) << message;
  }
}

TEST(Safetensors, DoNotMistakeAHeaderOf640BytesForAPickle) {
  test::TempDir folder;
  const std::vector<float> a{1};
  io::write_safetensors(folder / "w", {io::float_tensor("a", {1}, a)},
                        {{"pad", std::string(640 - 80, 'x')}});
  ASSERT_EQ(test::read_text(folder / "w").substr(0, 2), "\x80\x02");
  EXPECT_EQ(io::SafetensorsReader(folder / "w").tensors().size(), 1u);
}

TEST(Safetensors, RefuseWhatIsNoRegularFileWithoutWaiting) {
  test::TempDir folder;
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_NE(message_of<DataError>([&] {
              io::SafetensorsReader reader(folder / "fifo");
            }).find("is not a regular file"),
            std::string::npos);
  EXPECT_NE(message_of<DataError>([&] {
              io::SafetensorsReader reader("/dev/zero");
            }).find("is not a regular file"),
            std::string::npos);
  EXPECT_NE(
      message_of<DataError>([&] { io::SafetensorsReader reader(folder / "none"); }).find("no file"),
      std::string::npos);
  EXPECT_NE(message_of<DataError>([&] {
              io::SafetensorsReader reader(folder.path());
            }).find("no weights in folder"),
            std::string::npos);
}
