// SPDX-License-Identifier: Apache-2.0
#include "bench/benchmark.hpp"
#include "bench/entries.hpp"

namespace stockpot::bench {

const std::vector<Benchmark>& catalogue() {  // NOLINT(readability-function-size): one table
  using enum Goal::Kind;
  static const std::vector<Benchmark> kAll{
      {"select-vs-kthvalue",
       "exact select and pack of 84,934,656 weights, against at::kthvalue and gt",
       {at_least, 25},
       select_vs_kthvalue},
      {"select-vs-read",
       "the same, over one pass that reads the weights",
       {at_most, 2},
       select_vs_read},
      {"adamw-vs-torch",
       "masked AdamW of 85 M weights, half of them pruned, against masks and torch::optim::AdamW "
       "on 144 tensors",
       {at_least, 7},
       adamw_vs_torch},
      {"loader-share",
       "a training step of the quickstart's ViT with the loader, over the same step on a batch "
       "filled before",
       {at_most, 1.02},
       loader_share},
      {"resize-share",
       "a training step of ViT-B/32 on 8 pictures of GTSRB's sizes that are cropped and resized on "
       "the fly, over the same step on a batch filled before",
       {at_most, 1.02},
       resize_share},
      {"digest-pictures",
       "10,000 PPM files and the weights of ViT-B/32 read with digests that are remembered, over "
       "the same without digests",
       {at_most, 1.03},
       digest_pictures},
      {"digest-files",
       "50,000 images in files of CIFAR-10's form, the same without weights",
       {at_most, 1.03},
       digest_files},
      {"mask-stage",
       "a denoised cut of ViT 4 x 192 by 4 denoisers on all ranks, over its look-aheads alone",
       {at_most, 1.03},
       mask_stage,
       true},
      {"union-vs-floats",
       "masks of 84,934,656 weights united as bits over all ranks, against the sum of float masks",
       {at_least, 100},
       union_vs_floats,
       true},
      {"parallel-path",
       "a gradient of ViT 4 x 192 on 64 images by the data-parallel path on one rank, over the "
       "same "
       "without it",
       {at_most, 1.01},
       parallel_path,
       true},
      {"more-ranks",
       "the same gradient on all ranks (start two, with a core and a thread for each), against one "
       "of them alone",
       {at_least, 1.8},
       more_ranks,
       true},
      {"checkpoint-vs-write",
       "a checkpoint of ViT-B/32 and its moments, over a plain write and flush of the same bytes",
       {at_most, 1.25},
       checkpoint_vs_write,
       true},
      {"checkpoint-pause",
       "the copy of that state, for which a run waits, over the whole checkpoint",
       {at_most, 0.05},
       checkpoint_pause,
       true},
      {"decode-cifar",
       "10,000 images of CIFAR-10's form into the cache at CLIP's size, against the plain loop of "
       "Pillow's bicubic",
       {at_least, 5},
       decode_cifar},
      {"decode-gtsrb",
       "the same of 10,000 PPM files of 25 to 97 pixels a side",
       {at_least, 5},
       decode_gtsrb},
      {"load-vs-read",
       "BERT-base's weights read, checked and bound, over a plain read of the file (page cache "
       "warm)",
       {at_most, 1.5},
       load_vs_read},
      {"interpolate-vs-copy",
       "(1 - a) w + a x of 85 M weights, over a memcpy of them: three arrays pass where two do, so "
       "1.875 is 0.8 of its bandwidth",
       {at_most, 1.875},
       interpolate_vs_copy},
      {"soup-vs-read",
       "a uniform soup of 8 networks of ViT-B/32's size streamed from their files, over loading "
       "each (page cache warm)",
       {at_most, 1.3},
       soup_vs_read,
       true},
      {"vit-tiny-step",
       "a training step of the quickstart's ViT, over the same in eager LibTorch",
       {at_most, 1.02},
       vit_tiny_step},
      {"vit-b32-step",
       "a training step of ViT-B/32 on 8 images, over the same in eager LibTorch",
       {at_most, 1.02},
       vit_b32_step},
      {"minilm-step",
       "a training step of BERT in MiniLM-L6's sizes on 32 texts of 25 to 32 tokens, over the same "
       "in eager LibTorch",
       {at_most, 1.02},
       minilm_step},
      {"snip-vs-gradient",
       "SNIP's score of a ViT of 4 blocks of width 384 on 20 images, over the gradient of the same",
       {at_most, 1.1},
       snip_vs_gradient,
       true},
      {"grasp-vs-gradient",
       "GraSP's score of the same network on 20 images, over the gradient of the same",
       {at_most, 5},
       grasp_vs_gradient,
       true},
      {"minilm-dropout",
       "the same step with dropout of 0.1 at every place of BERT, over the step without",
       {at_most, 1.1},
       minilm_dropout},
  };
  return kAll;
}

}  // namespace stockpot::bench
