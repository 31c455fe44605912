// SPDX-License-Identifier: Apache-2.0
// ResNet-18 and VGG-16 against plain PyTorch modules, whose values tests/golden/make_resnet.py
// writes down.
#include <ATen/core/grad_mode.h>

#include "golden_file.hpp"
#include "model/batch_norm.hpp"
#include "model/resnet.hpp"
#include "model/vgg.hpp"
#include "support/hand_training.hpp"

using namespace stockpot;
using namespace stockpot::test;

namespace {

constexpr double kTolerance = 1e-4;  // relative to the largest element
// of gradients, relative to their norm: 18 layers of rounding, which processors do in other orders
// (2.4e-4 on one without AVX-512)
constexpr double kNormTolerance = 1e-3;
const data::DataShape kCifar{.channels = 3, .height = 32, .width = 32, .classes = 10};

/// Element `i` of the numbers that belong to `key`, in [-1, 1): make_resnet.py has the same
/// function.
float hashed(std::uint64_t key, std::uint64_t i) {
  std::uint64_t z = (i + key) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  z ^= z >> 31;
  return static_cast<float>(z >> 40) / 8388608.0F - 1.0F;
}

std::uint64_t key_of(const std::string& name) {
  std::uint64_t key = 0xCBF29CE484222325ULL;
  for (const char c : name) key = (key ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return key;
}

void fill(const model::Weights& arena) {
  for (const auto& tensor : arena.layout().tensors()) {
    const auto key = key_of(tensor.name);
    const auto values = part(arena.host(), tensor);
    const bool around_one = tensor.name.ends_with("weight") || tensor.name.ends_with("running_var");
    const auto amplitude = static_cast<float>(
        std::sqrt(6.0 * static_cast<double>(tensor.shape[0]) / static_cast<double>(tensor.size)));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const float u = hashed(key, i);
      values[i] = tensor.shape.size() > 1 ? u * amplitude : around_one ? 1 + 0.2F * u : 0.1F * u;
    }
  }
}

data::Batch golden_batch() {
  data::Batch batch;
  batch.size = 6;
  batch.pixels.resize(6 * 3 * 32 * 32);
  for (std::size_t i = 0; i < batch.pixels.size(); ++i)
    batch.pixels[i] = hashed(key_of("pixels"), i);
  for (std::int64_t i = 0; i < batch.size; ++i) batch.labels.push_back(i * 3 % 10);
  return batch;
}

void expect_near(std::span<const float> ours, const std::vector<float>& reference,
                 const std::string& what) {
  EXPECT_LE(largest_difference(ours, reference), kTolerance * largest_size(reference)) << what;
}

double norm(std::span<const float> values) {
  double sum = 0;
  for (const float x : values) sum += static_cast<double>(x) * x;
  return std::sqrt(sum);
}

/// The golden file has a gradient's norm and first elements.
void expect_gradients(const model::Weights& arena, const model::Gradients& gradients,
                      const io::SafetensorsReader& golden) {
  for (const auto& tensor : arena.layout().tensors()) {
    if (tensor.role == model::Role::tracked) continue;
    const auto reference = values_of(golden, "gradient/" + tensor.name);
    const auto ours = part(gradients.host(), tensor);
    // a bias before a batch normalisation has no influence: its gradient is rounding, in the
    // reference too
    if (reference[0] < 1e-5) {
      EXPECT_LE(norm(ours), 1e-5) << tensor.name;
      continue;
    }
    EXPECT_NEAR(norm(ours), reference[0], kNormTolerance * reference[0]) << tensor.name;
    for (std::size_t i = 0; i + 1 < reference.size() && i < ours.size(); ++i)
      EXPECT_NEAR(ours[i], reference[i + 1], kNormTolerance * reference[0]) << tensor.name;
  }
}

void expect_parity(const model::Model& model, const std::string& name) {
  const io::SafetensorsReader golden(kGolden / (name + ".safetensors"));
  model::Weights arena(model.layout(), at::kCPU);
  fill(arena);
  const auto batch = golden_batch();
  test::HandTraining training(model, arena, kCifar);
  {
    const at::NoGradGuard no_grad;
    const auto inputs = model::to_inputs(batch, kCifar, at::kCPU);
    expect_near(floats(model.forward(arena, inputs, {})), values_of(golden, "evaluation/logits"),
                "logits by running statistics");
    EXPECT_EQ(largest_size(training.gradients.host()), 0) << "evaluation records nothing";
    expect_near(floats(model.forward(arena, inputs, {.training = true, .share = 0})),
                values_of(golden, "training/logits"), "logits by the batch's statistics");
  }
  training.gradient(batch, 1.0 / 6);
  EXPECT_NEAR(training.gradients.loss(), values_of(golden, "training/loss").at(0),
              kTolerance * values_of(golden, "training/loss").at(0));
  expect_gradients(arena, training.gradients, golden);
  model::move_statistics(arena, training.gradients, model::kStatisticsMomentum);
  for (const auto& tensor : arena.layout().tensors()) {
    if (tensor.role != model::Role::tracked) continue;
    const auto reference = values_of(golden, "statistics/" + tensor.name);
    expect_near(part(arena.host(), tensor).first(reference.size()), reference, tensor.name);
  }
}

}  // namespace

TEST(ResNet18, EqualsPyTorchInBothModesWithGradientsAndStatistics) {
  expect_parity(*model::make_resnet18({}, kCifar), "resnet18");
}
TEST(Vgg16, EqualsPyTorchInBothModesWithGradientsAndStatistics) {
  expect_parity(*model::make_vgg16({}, kCifar), "vgg16");
}

TEST(ResNet18, PrunesAllConvolutionsAndNothingElse) {
  const auto model = model::make_resnet18({}, kCifar);
  EXPECT_EQ(model->layout()->prunable(), 11'159'232);
  const auto positions = model->forward_cost({.samples = 1}).positions;
  ASSERT_EQ(positions.size(), 20U);
  EXPECT_EQ(positions.front(), 32 * 32);
  EXPECT_EQ(positions.back(), 4 * 4);
}

TEST(Vgg16, PrunesAllConvolutionsAndNothingElse) {
  const auto model = model::make_vgg16({}, kCifar);
  EXPECT_EQ(model->layout()->prunable(), 14'710'464);
  const auto positions = model->forward_cost({.samples = 1}).positions;
  ASSERT_EQ(positions.size(), 13U);
  EXPECT_EQ(positions.front(), 32 * 32);
  EXPECT_EQ(positions.back(), 2 * 2);
}

TEST(BatchNorm, StatisticsOfTwoHalvesWeighAsTheirShares) {
  const auto model = model::make_resnet18({}, kCifar);
  model::Weights arena(model->layout(), at::kCPU);
  fill(arena);
  const auto begin = static_cast<std::size_t>(arena.layout().trained()),
             size = static_cast<std::size_t>(arena.layout().tracked()) - begin;
  model::Gradients gradients(arena);
  const at::NoGradGuard no_grad;
  const auto batch = golden_batch();
  const auto inputs = model::to_inputs(batch, kCifar, at::kCPU);
  const auto recorded = [&](double share) {
    gradients.clear();
    model->forward(arena, inputs, {.training = true, .share = share});
    const auto slots = gradients.host().subspan(begin, size);
    return std::vector<float>(slots.begin(), slots.end());
  };
  const auto whole = recorded(1);
  gradients.clear();
  model->forward(arena, inputs, {.training = true, .share = 0.25});
  model->forward(arena, inputs, {.training = true, .share = 0.75});
  expect_near(gradients.host().subspan(begin, size), whole, "one share and the rest");
  model::move_statistics(arena, gradients, 1.0);
  expect_near(arena.host().subspan(begin, size), whole, "taken over");
}
