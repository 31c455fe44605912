// SPDX-License-Identifier: Apache-2.0
#include "model/clip_prompts.hpp"

#include <span>

namespace stockpot::model {
namespace {

constexpr std::string_view kDigit[] = {"a photo of the number: \"{}\"."};

constexpr std::string_view kCars[] = {
    "a photo of a {}.",      "a photo of the {}.",      "a photo of my {}.",
    "i love my {}!",         "a photo of my dirty {}.", "a photo of my clean {}.",
    "a photo of my new {}.", "a photo of my old {}.",
};

constexpr std::string_view kSign[] = {
    "a zoomed in photo of a \"{}\" traffic sign.",
    "a centered photo of a \"{}\" traffic sign.",
    "a close up photo of a \"{}\" traffic sign.",
};

constexpr std::string_view kCifar[] = {
    "a photo of a {}.",
    "a blurry photo of a {}.",
    "a black and white photo of a {}.",
    "a low contrast photo of a {}.",
    "a high contrast photo of a {}.",
    "a bad photo of a {}.",
    "a good photo of a {}.",
    "a photo of a small {}.",
    "a photo of a big {}.",
    "a photo of the {}.",
    "a blurry photo of the {}.",
    "a black and white photo of the {}.",
    "a low contrast photo of the {}.",
    "a high contrast photo of the {}.",
    "a bad photo of the {}.",
    "a good photo of the {}.",
    "a photo of the small {}.",
    "a photo of the big {}.",
};

constexpr std::string_view kPlain[] = {"a photo of a {}."};

struct PromptsOf {
  std::string_view data_name;
  std::span<const std::string_view> templates;
};
constexpr PromptsOf kPrompts[] = {{"mnist", kDigit}, {"svhn", kDigit},    {"cars", kCars},
                                  {"gtsrb", kSign},  {"cifar10", kCifar}, {"cifar100", kCifar}};

}  // namespace

std::vector<std::string> class_prompts(std::string_view data_name, std::string_view name) {
  std::span<const std::string_view> templates = kPlain;
  for (const auto& row : kPrompts)
    if (row.data_name == data_name) templates = row.templates;
  std::vector<std::string> prompts;
  for (const auto text : templates) {
    const auto at = text.find("{}");
    prompts.push_back(std::string(text.substr(0, at)).append(name).append(text.substr(at + 2)));
  }
  return prompts;
}

}  // namespace stockpot::model
