// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "data/image/corruption.hpp"
#include "io/files.hpp"

// Small data sets in the forms of the official ones.
namespace stockpot::test {

/// A PPM picture of one colour.
inline std::string small_ppm(int width, int height, int value) {
  return fmt::format("P6\n{} {}\n255\n", width, height) +
         std::string(static_cast<std::size_t>(3 * width * height), static_cast<char>(value));
}

/// Classes a and b with 8 training and 4 test pictures each.
inline void write_image_folder(const std::filesystem::path& folder) {
  for (const auto& [part, count] : {std::pair("train", 8), std::pair("test", 4)})
    for (const char* name : {"a", "b"}) {
      std::filesystem::create_directories(folder / part / name);
      for (int i = 0; i < count; ++i)
        write_text(folder / part / name / fmt::format("{}.ppm", i), small_ppm(5 + i, 6, 20 * i));
    }
}

/// GTSRB with one training picture for each of its 43 classes and two test pictures.
inline void write_gtsrb(const std::filesystem::path& folder) {
  for (int label = 0; label < 43; ++label) {
    const auto of_class = folder / "GTSRB/Training" / fmt::format("{:05}", label);
    std::filesystem::create_directories(of_class);
    write_text(of_class / "00000_00000.ppm", small_ppm(5, 6, label));
    write_text(of_class / fmt::format("GT-{:05}.csv", label),
               fmt::format("Filename;ClassId\n00000_00000.ppm;{}\n", label));
  }
  const auto test = folder / "GTSRB/Final_Test/Images";
  std::filesystem::create_directories(test);
  for (const char* name : {"00000.ppm", "00001.ppm"}) write_text(test / name, small_ppm(7, 5, 9));
  write_text(folder / "GT-final_test.csv", "Filename;ClassId\n00000.ppm;16\n00001.ppm;1\n");
}

/// CIFAR-10 in its binary version: `count` images in each of its six files; class i % 10 shows as
/// the brightness.
inline void write_cifar10(const std::filesystem::path& folder, int count) {
  for (const char* name : {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
                           "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"}) {
    std::string bytes;
    for (int i = 0; i < count; ++i)
      bytes.append(1, static_cast<char>(i % 10)).append(3072, static_cast<char>(25 * (i % 10)));
    write_text(folder / name, bytes);
  }
}

/// An array file of bytes as numpy.save writes it.
inline std::string npy(const std::string& shape, const std::string& values) {
  std::string header =
      fmt::format("{{'descr': '|u1', 'fortran_order': False, 'shape': ({}), }}", shape);
  header.resize((10 + header.size() + 1 + 63) / 64 * 64 - 10 - 1, ' ');
  header += '\n';
  return "\x93NUMPY\x01" + std::string(1, '\0') + static_cast<char>(header.size() % 256) +
         static_cast<char>(header.size() / 256) + header + values;
}

/// The first `corruptions` corruptions in CIFAR-10-C's form, `count` images per severity. The image
/// of class k has the brightness 25 k + severity - 1: of severity 1 they are write_cifar10's.
inline void write_corruptions(const std::filesystem::path& folder, std::size_t corruptions,
                              int count) {
  std::filesystem::create_directories(folder);
  std::string labels, images;
  for (int severity = 1; severity <= data::kSeverities; ++severity)
    for (int i = 0; i < count; ++i) {
      labels += static_cast<char>(i % 10);
      images += std::string(3072, static_cast<char>(25 * (i % 10) + severity - 1));
    }
  const int all = count * data::kSeverities;
  write_text(folder / "labels.npy", npy(fmt::format("{},", all), labels));
  for (std::size_t i = 0; i < corruptions; ++i)
    write_text(folder / fmt::format("{}.npy", data::kCorruptions.at(i)),
               npy(fmt::format("{}, 32, 32, 3", all), images));
}

/// CoLA with `count` training and 6 test sentences, a vocabulary and the config.json of a small
/// BERT. Lengths of sentences are 1 to 12 words.
inline void write_cola(const std::filesystem::path& folder, int count) {
  const auto sentences = [](int lines) {
    std::string text;
    for (int i = 0; i < lines; ++i) {
      text += fmt::format("x\t{}\t\t", i % 2);
      for (int word = 0; word <= i * 7 % 12; ++word)
        text += std::string(word > 0 ? " " : "") + (i % 2 == 0 ? "yes" : "no");
      text += '\n';
    }
    return text;
  };
  write_text(folder / "train.tsv", sentences(count));
  write_text(folder / "dev.tsv", sentences(6));
  write_text(folder / "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nyes\nno\n");
  write_text(folder / "config.json",
             R"({"vocab_size": 6, "hidden_size": 16, "num_hidden_layers": 1, )"
             R"("num_attention_heads": 2, "intermediate_size": 16, )"
             R"("max_position_embeddings": 128, "type_vocab_size": 2, "layer_norm_eps": 1e-12, )"
             R"("hidden_act": "gelu"})");
}

}  // namespace stockpot::test
