// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace stockpot::test {

/// A configuration that is refused: the text of a file a.ini, words of the command line, and the
/// message, in which the file has no folder.
struct BadConfig {
  const char* ini;
  std::vector<std::string> words;
  const char* message;
};

/// Every kind of them, one by one.
inline const std::vector<BadConfig>& bad_configs() {
  static const std::vector<BadConfig> all = {
      // unknown settings
      {"[isp]\ndenoiser = 4\n",
       {},
       "a.ini:2: isp.denoiser is not a setting; did you mean isp.denoisers?"},
      {"", {"--isp.denoiser=4"}, "--isp.denoiser is not a setting; did you mean --isp.denoisers?"},
      {"",
       {"--isp.denoiser", "4"},
       "--isp.denoiser is not a setting; did you mean --isp.denoisers?"},
      {"[train]\nbacth = 4\n",
       {},
       "a.ini:2: train.bacth is not a setting; did you mean train.batch?"},
      {"[isp]\nseed = 4\n", {}, "a.ini:2: isp.seed is not a setting; did you mean seed?"},
      {"sparsity = 0.9\n", {}, "a.ini:1: sparsity is not a setting; did you mean prune.sparsity?"},
      {"[model]\nquantisation = int8\n",
       {},
       "a.ini:2: model.quantisation is not a setting; --help-all lists all"},
      {"[isp]\nunion_rule = votes\n",
       {},
       "a.ini:2: isp.union_rule is not a setting; --help-all lists all"},
      {"",
       {"--isp.denoise"},
       "--isp.denoise is not a setting; did you mean --isp.denoisers?"},  // no prefix is guessed
      // wrong types
      {"[isp]\ndenoisers = five\n",
       {},
       "a.ini:2: isp.denoisers five is not a whole number (N: look-aheads per cut; 0: none)"},
      {"[isp]\ndenoisers = 4.0\n",
       {},
       "a.ini:2: isp.denoisers 4.0 is not a whole number (N: look-aheads per cut; 0: none)"},
      {"[isp]\ndenoisers =\n",
       {},
       "a.ini:2: isp.denoisers '' is not a whole number (N: look-aheads per cut; 0: none)"},
      {"seed = -1\n",
       {},
       "a.ini:1: seed -1 is not a whole number of 0 to 2^64-1 (the one seed of everything random)"},
      {"seed = 18446744073709551616\n",
       {},
       "a.ini:1: seed 18446744073709551616 is not a whole number of 0 to 2^64-1 (the one seed of "
       "everything random)"},
      {"[train]\nlr = 1e-3x\n",
       {},
       "a.ini:2: train.lr 1e-3x is not a finite number (learning rate at the start of the line "
       "that falls to 0 over T)"},
      {"[train]\nclip_norm = nan\n",
       {},
       "a.ini:2: train.clip_norm nan is not a finite number (largest L2 norm of the gradient of "
       "kept weights; 0: no clipping)"},
      {"[train]\nclip_norm = inf\n",
       {},
       "a.ini:2: train.clip_norm inf is not a finite number (largest L2 norm of the gradient of "
       "kept weights; 0: no clipping)"},
      {"[isp]\nsave_masks = maybe\n",
       {},
       "a.ini:2: isp.save_masks maybe is not true or false (write every denoiser's mask into the "
       "result)"},
      {"",
       {"--model.weights=a#b"},
       "--model.weights a#b is not free of '#', control characters and outer spaces (pretrained "
       "weights: a safetensors file or Hugging Face folder, or random)"},
      // values out of range
      {"[prune]\nsparsity = 70\n",
       {},
       "a.ini:2: prune.sparsity 70 is not in [0,1) (fraction of the prunable weights set to zero); "
       "did you mean 0.7?"},
      {"",
       {"--prune.sparsity=1.0"},
       "--prune.sparsity 1.0 is not in [0,1) (fraction of the prunable weights set to zero)"},
      {"[prune]\nsparsity = -0.1\n",
       {},
       "a.ini:2: prune.sparsity -0.1 is not in [0,1) (fraction of the prunable weights set to "
       "zero)"},
      {"[isp]\nrate = 15\n",
       {},
       "a.ini:2: isp.rate 15 is not in (0,1) (s: fraction of the remaining weights removed per "
       "round); did you mean 0.15?"},
      {"[isp]\nrate = 0\n",
       {},
       "a.ini:2: isp.rate 0 is not in (0,1) (s: fraction of the remaining weights removed per "
       "round)"},
      {"[isp]\nbudget_share = 0\n",
       {},
       "a.ini:2: isp.budget_share 0 is not in (0,1] (largest share of T spent in rounds (M/T))"},
      {"[train]\nbeta1 = 1\n",
       {},
       "a.ini:2: train.beta1 1 is not in [0,1) (AdamW: decay of the first moment)"},
      {"[train]\noptimizer = sgdm\n",
       {},
       "a.ini:2: train.optimizer sgdm is not one of adamw, sgd (adamw, or sgd with momentum); did "
       "you mean sgd?"},
      {"[train]\nmomentum = 1\n",
       {},
       "a.ini:2: train.momentum 1 is not in [0,1) (sgd: decay of the sum of gradients)"},
      {"[train]\ndrop_at = 0.75 0.5\n",
       {},
       "a.ini:2: train.drop_at 0.75 0.5 is not a list of fractions in (0,1) that increases, "
       "separated by spaces (steps schedule: when the rate drops, as fractions of T)"},
      {"",
       {"--train.drop_at=91 136"},
       "--train.drop_at 91 136 is not a list of fractions in (0,1) that increases, separated by "
       "spaces (steps schedule: when the rate drops, as fractions of T)"},
      {"[train]\ndrop_at = 0.5,0.75\n",
       {},
       "a.ini:2: train.drop_at 0.5,0.75 is not a list of fractions in (0,1) that increases, "
       "separated by spaces (steps schedule: when the rate drops, as fractions of T)"},
      {"[train]\ndrop_factor = 1\n",
       {},
       "a.ini:2: train.drop_factor 1 is not in (0,1) (steps schedule: what each drop multiplies "
       "the "
       "rate by)"},
      {"[train]\ndropout = 1\n",
       {},
       "a.ini:2: train.dropout 1 is not in [0,1), or model (bert: fraction of activations that "
       "training drops; model: as its config.json says)"},
      {"[train]\nbatch = 0\n",
       {},
       "a.ini:2: train.batch 0 is not at least 1 (global batch, in samples over all ranks)"},
      {"[train]\nlr = 0\n",
       {},
       "a.ini:2: train.lr 0 is not above 0 (learning rate at the start of the line that falls to 0 "
       "over T)"},
      {"",
       {"--data.validation_size", "-2"},
       "--data.validation_size -2 is not at least -1 (samples split from the training set by the "
       "seed; -1: min(10 %, 5000))"},
      {"[isp]\ndenoisers = 65536\n",
       {},
       "a.ini:2: isp.denoisers 65536 is not between 0 and 65535 (N: look-aheads per cut; 0: none)"},
      {"[isp]\nunion = vote\n",
       {},
       "a.ini:2: isp.union vote is not one of votes, released, literal, mean (how N masks become "
       "one (docs/methods.md)); did you mean votes?"},
      {"[isp]\nunion = xor\n",
       {},
       "a.ini:2: isp.union xor is not one of votes, released, literal, mean (how N masks become "
       "one (docs/methods.md))"},
      {"[prune]\nmethod = oneshot\n",
       {},
       "a.ini:2: prune.method oneshot is not one of dense, random, one_shot, progressive, "
       "early_bird, snip, grasp, lth, lth_rewind, isp, isp_released (row of the table of methods); "
       "did you mean one_shot?"},
      {"[prune]\nscope = globl\n",
       {},
       "a.ini:2: prune.scope globl is not one of global, tensor, or empty (where weights compete; "
       "empty: the method's); did you mean global?"},
      {"name = a/b\n",
       {},
       "a.ini:1: name a/b is not a file name of letters, digits, '.', '_', '-' (label of the run, "
       "first part of its folder's name)"},
      {"name = ..\n",
       {},
       "a.ini:1: name .. is not a file name of letters, digits, '.', '_', '-' (label of the run, "
       "first part of its folder's name)"},
      // files
      {"[isp]\nrate = 0.1\nrate = 0.2\n", {}, "a.ini:3: isp.rate is set twice (first in line 2)"},
      {"isp.rate = 0.1\n[isp]\nrate = 0.1\n",
       {},
       "a.ini:3: isp.rate is set twice (first in line 1)"},
      {"[isp]\nrate 0.1\n",
       {},
       "a.ini:2: 'rate 0.1' is not understood (a line is [section], key = value or # comment)"},
      {"; comment\n",
       {},
       "a.ini:1: '; comment' is not understood (a line is [section], key = value or # comment)"},
      {"[isp\nrate = 0.1\n",
       {},
       "2 settings are wrong:\n  a.ini:1: '[isp' is not understood (a line is [section], key = "
       "value or # comment)\n  a.ini:2: rate is not a setting; did you mean isp.rate?"},
      {"[]\n",
       {},
       "a.ini:1: '[]' is not understood (a line is [section], key = value or # comment)"},
      {"include = absent.ini\n", {}, "a.ini:1: include absent.ini is not a file"},
      {"include = .\n", {}, "a.ini:1: include . is not a file"},
      {"[isp]\ninclude = a.ini\n",
       {},
       "a.ini:2: isp.include is not a setting; --help-all lists all"},
      // contradictions
      {"[model]\nwidth = 10\n",
       {},
       "a.ini:2: model.width 10 is not a multiple of model.heads 4 (each head has width / heads "
       "columns)"},
      {"",
       {"--dist.backend=nccl", "--device=cpu"},
       "--dist.backend nccl needs a GPU (device is cpu); take auto or mpi"},
      {"[data]\ntrain_size = 100\n",
       {},
       "train.batch 128 is larger than data.train_size 100; take a smaller batch"},
      {"[train]\nsteps = 10\nwarmup_steps = 10\n",
       {},
       "a.ini:3: train.warmup_steps 10 is not below train.steps 10 (the rate would never reach "
       "train.lr)"},
      {"[train]\nselect = validation\n",
       {"--data.validation_size=0"},
       "a.ini:2: train.select validation needs a validation set (data.validation_size is 0); take "
       "-1 or a number of samples"},
      {"[dist]\nreduction = fixed\nshards = 200\n",
       {},
       "a.ini:3: dist.shards 200 is more than train.batch 128 (a shard would be empty)"},
      {"[train]\nsteps = 10\n",
       {"--train.epochs=2"},
       "--train.epochs has no effect (a.ini:2: train.steps 10 decides); set train.steps to 0 as "
       "well"},
      {"[model]\nweights =\n",
       {},
       "a.ini:2: model.weights is empty; name a safetensors file, or random"},
      {"", {"--run_root="}, "--run_root is empty; name a folder, such as runs"},
      {"[data]\ncorruptions = c\n",
       {},
       "a.ini:2: data.corruptions is set, but data.name is fashion_mnist; only cifar10 and "
       "cifar100 have corrupted test sets"},
  };
  return all;
}

}  // namespace stockpot::test
