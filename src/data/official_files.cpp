// SPDX-License-Identifier: Apache-2.0
// Sizes and MD5 sums of the official files. Sources: the files themselves (MNIST, Fashion-MNIST,
// CIFAR-10, CoLA, SST-2, STS-B, RTE), torchvision (SVHN, Cars), PaddleNLP (the other tasks of
// GLUE), MIT's responsible-ai-toolbox (CIFAR-10-C, -100-C). MRPC is put together by a script, so
// its bytes differ from place to place.
#include "data/official_files.hpp"

#include <algorithm>

namespace stockpot::data {
namespace {

/// The four files of a set in MNIST's form.
OfficialSet idx_set(std::string_view name, std::string_view train_images,
                    std::string_view train_labels, std::string_view test_images,
                    std::string_view test_labels) {
  return {name,
          {60000},
          {10000},
          {{{"train-images-idx3-ubyte", "train-images-idx3-ubyte.gz", "train-images.idx3-ubyte",
             "train-images.idx3-ubyte.gz"},
            47040016,
            train_images},
           {{"train-labels-idx1-ubyte", "train-labels-idx1-ubyte.gz", "train-labels.idx1-ubyte",
             "train-labels.idx1-ubyte.gz"},
            60008,
            train_labels},
           {{"t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz", "t10k-images.idx3-ubyte",
             "t10k-images.idx3-ubyte.gz"},
            7840016,
            test_images},
           {{"t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte.gz", "t10k-labels.idx1-ubyte",
             "t10k-labels.idx1-ubyte.gz"},
            10008,
            test_labels}},
          1,
          28};
}

OfficialSet corruption_set(std::string_view name, std::string_view labels,
                           const std::vector<OfficialFile>& images) {
  OfficialSet set{name, {}, {10000}, {{{"labels.npy"}, 0, labels}}};
  set.files.insert(set.files.end(), images.begin(), images.end());
  return set;
}

std::vector<OfficialSet> mnist_sets() {
  return {
      idx_set("fashion_mnist", "f4a8712d7a061bf5bd6d2ca38dc4d50a",
              "9018921c3c673c538a1fc5bad174d6f9", "8181f5470baa50b63fa0f6fddb340f0a",
              "15d484375f8d13e6eb1aabb0c3f46965"),
      idx_set("mnist", "6bbc9ace898e44ae57da46a324031adb", "a25bea736e30d166cdddb491f175f624",
              "2646ac647ad5339dbf082846283269ea", "27ae3e4e09519cfbb04c329615203637"),
  };
}

std::vector<OfficialSet> cifar_sets() {
  return {
      {"cifar10",
       {50000},
       {10000},
       {{{"data_batch_1.bin", "cifar-10-batches-bin/data_batch_1.bin"},
         30730000,
         "5dd7e06a14cb22eb9f671a540d1b7c25"},
        {{"data_batch_2.bin", "cifar-10-batches-bin/data_batch_2.bin"},
         30730000,
         "5ea93a67294ea407fff1d09f752e9692"},
        {{"data_batch_3.bin", "cifar-10-batches-bin/data_batch_3.bin"},
         30730000,
         "942cd6a4bcdd0dd3c604fbe906cb4421"},
        {{"data_batch_4.bin", "cifar-10-batches-bin/data_batch_4.bin"},
         30730000,
         "ae636b3ba5c66a11e91e8cb52e771fcb"},
        {{"data_batch_5.bin", "cifar-10-batches-bin/data_batch_5.bin"},
         30730000,
         "53f37980c15c3d472c316c40844f3f0d"},
        {{"test_batch.bin", "cifar-10-batches-bin/test_batch.bin"},
         30730000,
         "803d5f7f4d78ea53de84dbe85f74fb6d"}},
       3,
       32},
      {"cifar100",
       {50000},
       {10000},
       {{{"train.bin", "cifar-100-binary/train.bin"}, 153700000},
        {{"test.bin", "cifar-100-binary/test.bin"}, 30740000}},
       3,
       32},
  };
}

/// Photographs of one kind of thing: house numbers, traffic signs, cars.
std::vector<OfficialSet> photograph_sets() {
  return {
      {"svhn",
       {73257},
       {26032},
       {{{"train_32x32.mat"}, 182040794, "e26dedcc434d2e4c54c9b2d4a06d8373"},
        {{"test_32x32.mat"}, 64275384, "eb5a983be6a315427106f1b164d9cef3"}},
       3,
       32},
      {"gtsrb",
       {26640, 39209},
       {12630},
       {{{"GTSRB/Training", "Training", "GTSRB/Final_Training/Images", "Final_Training/Images"}},
        {{"GTSRB/Final_Test/Images", "Final_Test/Images"}},
        {{"GT-final_test.csv", "GTSRB/GT-final_test.csv",
          "GTSRB/Final_Test/Images/GT-final_test.csv", "Final_Test/Images/GT-final_test.csv",
          "Final_Test/GT-final_test.csv", "GTSRB/Final_Test/GT-final_test.csv"}}}},
      {"cars",
       {8144},
       {8041},
       {{{"cars_train", "stanford_cars/cars_train"}},
        {{"cars_test", "stanford_cars/cars_test"}},
        {{"devkit/cars_train_annos.mat", "stanford_cars/devkit/cars_train_annos.mat"}},
        {{"cars_test_annos_withlabels.mat", "stanford_cars/cars_test_annos_withlabels.mat",
          "devkit/cars_test_annos_withlabels.mat",
          "stanford_cars/devkit/cars_test_annos_withlabels.mat"},
         0,
         "b0a2b23655a3edd16d84508592a98d10"}}},
  };
}

std::vector<OfficialSet> corruption_sets() {
  return {
      corruption_set("cifar10_c", "c439b113295ed5254878798ffe28fd54",
                     {{{"brightness.npy"}, 0, "0a81ef75e0b523c3383219c330a85d48"},
                      {{"contrast.npy"}, 0, "3c8262171c51307f916c30a3308235a8"},
                      {{"defocus_blur.npy"}, 0, "7d1322666342a0702b1957e92f6254bc"},
                      {{"elastic_transform.npy"}, 0, "9421657c6cd452429cf6ce96cc412b5f"},
                      {{"fog.npy"}, 0, "7b397314b5670f825465fbcd1f6e9ccd"},
                      {{"frost.npy"}, 0, "31f6ab3bce1d9934abfb0cc13656f141"},
                      {{"gaussian_blur.npy"}, 0, "c33370155bc9b055fb4a89113d3c559d"},
                      {{"gaussian_noise.npy"}, 0, "ecaf8b9a2399ffeda7680934c33405fd"},
                      {{"glass_blur.npy"}, 0, "7361fb4019269e02dbf6925f083e8629"},
                      {{"impulse_noise.npy"}, 0, "2090e01c83519ec51427e65116af6b1a"},
                      {{"jpeg_compression.npy"}, 0, "2b9cc4c864e0193bb64db8d7728f8187"},
                      {{"motion_blur.npy"}, 0, "fffa5f852ff7ad299cfe8a7643f090f4"},
                      {{"pixelate.npy"}, 0, "0f14f7e2db14288304e1de10df16832f"},
                      {{"saturate.npy"}, 0, "1cfae0964219c5102abbb883e538cc56"},
                      {{"shot_noise.npy"}, 0, "3a7239bb118894f013d9bf1984be7f11"},
                      {{"snow.npy"}, 0, "bb238de8555123da9c282dea23bd6e55"},
                      {{"spatter.npy"}, 0, "8a5a3903a7f8f65b59501a6093b4311e"},
                      {{"speckle_noise.npy"}, 0, "ef00b87611792b00df09c0b0237a1e30"},
                      {{"zoom_blur.npy"}, 0, "6ea8e63f1c5cdee1517533840641641b"}}),
      corruption_set("cifar100_c", "bb4026e9ce52996b95f439544568cdb2",
                     {{{"brightness.npy"}, 0, "f22d7195aecd6abb541e27fca230c171"},
                      {{"contrast.npy"}, 0, "322bb385f1d05154ee197ca16535f71e"},
                      {{"defocus_blur.npy"}, 0, "d923e3d9c585a27f0956e2f2ad832564"},
                      {{"elastic_transform.npy"}, 0, "a0792bd6581f6810878be71acedfc65a"},
                      {{"fog.npy"}, 0, "4efc7ebd5e82b028bdbe13048e3ea564"},
                      {{"frost.npy"}, 0, "3a39c6823bdfaa0bf8b12fe7004b8117"},
                      {{"gaussian_blur.npy"}, 0, "5204ba0d557839772ef5a4196a052c3e"},
                      {{"gaussian_noise.npy"}, 0, "ecc4d366eac432bdf25c024086f5e97d"},
                      {{"glass_blur.npy"}, 0, "0bf384f38e5ccbf8dd479d9059b913e1"},
                      {{"impulse_noise.npy"}, 0, "3b3c210ddfa0b5cb918ff4537a429fef"},
                      {{"jpeg_compression.npy"}, 0, "c851b7f1324e1d2ffddeb76920576d11"},
                      {{"motion_blur.npy"}, 0, "732a7e2e54152ff97c742d4c388c5516"},
                      {{"pixelate.npy"}, 0, "96c00c60f144539e14cffb02ddbd0640"},
                      {{"saturate.npy"}, 0, "c0697e9fdd646916a61e9c312c77bf6b"},
                      {{"shot_noise.npy"}, 0, "b0a1fa6e1e465a747c1b204b1914048a"},
                      {{"snow.npy"}, 0, "0237be164583af146b7b144e73b43465"},
                      {{"spatter.npy"}, 0, "12ccf41d62564d36e1f6a6ada5022728"},
                      {{"speckle_noise.npy"}, 0, "e3f215b1a0f9fd9fd6f0d1cf94a7ce99"},
                      {{"zoom_blur.npy"}, 0, "0204613400c034a81c4830d5df81cb82"}}),
  };
}

// GLUE in the groups of its paper (Wang et al. 2019, Table 1).
std::vector<OfficialSet> single_sentence_tasks() {
  return {
      {"cola",
       {8551},
       {1043},
       {{{"train.tsv"}, 428590, "c79d4693b8681800338aa044bf9e797b"},
        {{"dev.tsv"}, 53717, "c5475ccefc9e7ca0917294b8bbda783c"},
        {{"test.tsv"}, 48788, "d8721b7dedda0dcca73cebb2a9f4259f", false}}},
      {"sst2",
       {67349},
       {872},
       {{{"train.tsv"}, 3806081, "da409a0a939379ed32a470bc0f7fe99a"},
        {{"dev.tsv"}, 94931, "268856b487b2a31a28c0a93daaff7288"},
        {{"test.tsv"}, 197335, "3230e4efec76488b87877a56ae49675a", false}}},
  };
}

std::vector<OfficialSet> similarity_tasks() {
  return {
      {"mrpc", {3668}, {408}, {{{"train.tsv"}}, {{"dev.tsv"}}, {{"test.tsv"}, 0, "", false}}},
      {"qqp",
       {363849, 363846},
       {40430},
       {{{"train.tsv"}, 0, "e003db73d277d38bbd83a2ef15beb442"},
        {{"dev.tsv"}, 0, "cff6a448d1580132367c22fc449ec214"},
        {{"test.tsv"}, 0, "73de726db186b1b08f071364b2bb96d0", false}}},
      {"stsb",
       {5749},
       {1500},
       {{{"train.tsv"}, 984099, "4f7a86dde15fe4832c18e5b970998672"},
        {{"dev.tsv"}, 276928, "5f4d6b0d2a5f268b1b56db773ab2f1fe"},
        {{"test.tsv"}, 292587, "339b5817e414d19d9bb5f593dd94249c", false}}},
  };
}

std::vector<OfficialSet> inference_tasks() {
  return {
      {"mnli",
       {392702},
       {9815},
       {{{"train.tsv"}, 0, "220192295e23b6705f3545168272c740"},
        {{"dev_matched.tsv"}, 0, "c3fa2817007f4cdf1a03663611a8ad23"},
        {{"dev_mismatched.tsv"}, 0, "b219e6fe74e4aa779e2f417ffe713053"},
        {{"test_matched.tsv"}, 0, "33ea0389aedda8a43dabc9b3579684d9", false},
        {{"test_mismatched.tsv"}, 0, "7d2f60a73d54f30d8a65e474b615aeb6", false}}},
      {"qnli",
       {104743},
       {5463},
       {{{"train.tsv"}, 0, "5e6063f407b08d1f7c7074d049ace94a"},
        {{"dev.tsv"}, 0, "1e81e211959605f144ba6c0ad7dc948b"},
        {{"test.tsv"}, 0, "f2a29f83f3fe1a9c049777822b7fa8b0", false}}},
      {"rte",
       {2490},
       {277},
       {{{"train.tsv"}, 846226, "d2844f558d111a16503144bb37a8165f"},
        {{"dev.tsv"}, 90343, "973cb4178d4534cf745a01c309d4a66c"},
        {{"test.tsv"}, 933969, "6041008f3f3e48704f57ce1b88ad2e74", false}}},
      {"wnli",
       {635},
       {71},
       {{{"train.tsv"}, 0, "5cdc5a87b7be0c87a6363fa6a5481fc1"},
        {{"dev.tsv"}, 0, "a79a6dd5d71287bcad6824c892e517ee"},
        {{"test.tsv"}, 0, "a18789ba4f60f6fdc8cb4237e4ba24b5", false}}},
  };
}

}  // namespace

const std::vector<OfficialSet>& official_sets() {
  static const std::vector<OfficialSet> kSets = [] {
    auto sets = mnist_sets();
    for (auto&& more : {cifar_sets(), photograph_sets(), corruption_sets(), single_sentence_tasks(),
                        similarity_tasks(), inference_tasks()})
      sets.insert(sets.end(), more.begin(), more.end());
    return sets;
  }();
  return kSets;
}

const OfficialSet* find_official_set(std::string_view name) {
  const auto found = std::ranges::find(official_sets(), name, &OfficialSet::name);
  return found == official_sets().end() ? nullptr : &*found;
}

}  // namespace stockpot::data
