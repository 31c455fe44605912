// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "config/checkpoint_config.hpp"
#include "config/setting.hpp"
#include "config/soup_config.hpp"
#include "config/watchdog_config.hpp"

// The settings of a run. Each struct has one `visit` list and nothing else is ever declared about a
// setting: the list gives the ini key, the flag, help, default, range, canonical text (run id) and
// the HDF5 attribute. `field(key, member, help, rule)`:
//   key   second half of the dotted key; help  one line with unit; rule  what values are allowed
//   (config/rule.hpp)
// A fifth argument Level::basic puts the setting into the short --help. A new setting gets a
// default that changes nothing: run ids stay.

namespace stockpot::config {

/// [data] what is learned.
struct DataConfig {
  std::string name = "fashion_mnist";
  std::string dir;
  std::int64_t train_size = 0;
  std::int64_t validation_size = -1;
  std::int64_t test_size = 0;
  std::string augment = "none";
  std::int64_t max_length = 128;
  std::string test_file;
  double test_from_train = 0;
  std::string crop = "openai";
  std::string corruptions;
  std::string text_column = "text";
  std::string text_column_b;
  std::string label_column = "label";
  std::string official = "yes";

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("name", self.name, "data set",
          one_of({"fashion_mnist", "mnist", "cifar10", "cifar100", "svhn", "gtsrb", "cars", "cola",
                  "sst2", "mrpc", "qqp", "stsb", "mnli", "qnli", "rte", "wnli", "image_folder",
                  "tsv"}),
          Level::basic);
    field("dir", self.dir, "folder of its official files", path(), Level::basic);
    field("train_size", self.train_size, "training samples, a seeded choice; 0: all", at_least(0));
    field("validation_size", self.validation_size,
          "samples split from the training set by the seed; -1: min(10 %, 5000)", at_least(-1));
    field("test_size", self.test_size, "test samples, a seeded choice; 0: all", at_least(0));
    field("augment", self.augment, "what is done to training images on the fly",
          one_of({"none", "crop", "crop_flip"}));
    field("max_length", self.max_length,
          "tokens per text sample, special ones included; longer texts are cut", at_least(3));
    field("test_file", self.test_file,
          "labelled file of a GLUE task that is the test set instead of its dev set, such as the "
          "STS benchmark's sts-test.csv",
          path());
    field("test_from_train", self.test_from_train,
          "fraction of the training set that is the test set, a seeded choice, where there is no "
          "other; 0: the official test set",
          in_unit_interval("[0,1)"));
    field("crop", self.crop,
          "CLIP: where the centre crop of an odd margin lies: openai rounds (torchvision too), "
          "huggingface rounds down",
          one_of({"openai", "huggingface"}));
    field("corruptions", self.corruptions,
          "cifar10, cifar100: folder of CIFAR-10-C's or CIFAR-100-C's files, on which the final "
          "weights are tested too; empty: none",
          path());
    field("text_column", self.text_column, "tsv: title of the column of texts", any());
    field("text_column_b", self.text_column_b,
          "tsv: title of the column of second texts; empty: single texts", any());
    field("label_column", self.label_column, "tsv: title of the column of labels", any());
    field("official", self.official,
          "whether counts, sizes and checksums must be those of the official set; no: what differs "
          "is used, and recorded",
          one_of({"yes", "no"}));
  }
};

/// [model] what learns it.
struct ModelConfig {
  std::string name = "vit_tiny";
  std::string weights = "random";
  std::string config;
  std::string vocab;
  std::int64_t patch = 0;
  std::int64_t width = 64;
  std::int64_t depth = 4;
  std::int64_t heads = 4;
  std::int64_t mlp_width = 128;

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("name", self.name, "model",
          one_of({"vit_tiny", "bert", "vit_b_32", "clip_vit_b_32", "resnet18", "vgg16"}),
          Level::basic);
    field("weights", self.weights,
          "pretrained weights: a safetensors file or Hugging Face folder, or random", path(),
          Level::basic);
    field("config", self.config,
          "bert, clip: config.json with its sizes; empty: beside the weights, else those of "
          "bert-base-uncased and clip-vit-base-patch32",
          path());
    field("vocab", self.vocab,
          "vocabulary file or folder of a text model; empty: beside the weights", path());
    field(
        "patch", self.patch,
        "vit_tiny: patch side in pixels; divides the image side; 0: 7 for images of 28 x 28, 4 for "
        "32 x 32, 8 for 64 x 64",
        at_least(0));
    field("width", self.width, "vit_tiny: width of a token; a multiple of heads", at_least(1));
    field("depth", self.depth, "vit_tiny: transformer blocks", at_least(1));
    field("heads", self.heads, "vit_tiny: attention heads", at_least(1));
    field("mlp_width", self.mlp_width, "vit_tiny: hidden width of the MLP", at_least(1));
  }
};

/// [train] the one budget T and the one learning-rate line. Defaults: ISP paper, Table 1 (CLIP
/// column).
struct TrainConfig {
  double epochs = 22;
  std::int64_t steps = 0;
  std::int64_t batch = 128;
  double lr = 1e-5;
  std::string schedule = "linear";
  std::string drop_at = "0.5 0.75";
  double drop_factor = 0.1;
  std::string optimizer = "adamw";
  double weight_decay = 0.1;
  double momentum = 0.9;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  std::int64_t warmup_steps = 0;
  double clip_norm = 1.0;
  std::string dropout = "0";
  std::string precision = "fp32";
  std::string select = "last";
  std::int64_t evaluate_every = 0;

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("epochs", self.epochs, "budget T in passes over the training set (used where steps is 0)",
          above(0), Level::basic);
    field("steps", self.steps, "budget T in optimizer steps; 0: from epochs", at_least(0),
          Level::basic);
    field("batch", self.batch, "global batch, in samples over all ranks", at_least(1),
          Level::basic);
    field("lr", self.lr, "learning rate at the start of the line that falls to 0 over T", above(0),
          Level::basic);
    field("schedule", self.schedule,
          "learning rate after the warm-up: linear: to 0 over T; steps: dropped at train.drop_at",
          one_of({"linear", "steps"}));
    field("drop_at", self.drop_at, "steps schedule: when the rate drops, as fractions of T",
          increasing_fractions());
    field("drop_factor", self.drop_factor, "steps schedule: what each drop multiplies the rate by",
          in_unit_interval("(0,1)"));
    field("optimizer", self.optimizer, "adamw, or sgd with momentum", one_of({"adamw", "sgd"}));
    field("weight_decay", self.weight_decay,
          "weight decay: decoupled in AdamW, part of the gradient in sgd", at_least(0));
    field("momentum", self.momentum, "sgd: decay of the sum of gradients",
          in_unit_interval("[0,1)"));
    field("beta1", self.beta1, "AdamW: decay of the first moment", in_unit_interval("[0,1)"));
    field("beta2", self.beta2, "AdamW: decay of the second moment", in_unit_interval("[0,1)"));
    field("eps", self.eps, "AdamW: added to the root of the second moment", above(0));
    field("warmup_steps", self.warmup_steps, "steps in which the learning rate rises from 0",
          at_least(0));
    field("clip_norm", self.clip_norm,
          "largest L2 norm of the gradient of kept weights; 0: no clipping", at_least(0));
    field("dropout", self.dropout,
          "bert: fraction of activations that training drops; model: as its config.json says",
          fraction_or("model"));
    field("precision", self.precision, "number format of the matrix products",
          one_of({"fp32", "bf16"}), Level::basic);
    field(
        "select", self.select,
        "weights that are reported: the last ones, or the best on validation at the final sparsity",
        one_of({"last", "validation"}));
    field("evaluate_every", self.evaluate_every,
          "steps between two validations; 0: only after rounds and at the end", at_least(0));
  }
};

/// [prune] a row of the table of methods, and what is changed in it. An empty choice is the
/// method's own.
struct PruneConfig {
  std::string method = "isp";
  double sparsity = 0.8;
  std::string schedule;
  std::string score;
  std::string rewind;
  std::string scope;
  std::int64_t every_steps = 0;
  double search_share = 1.0;
  double level_rate = 0;
  double rewind_step = 0;
  std::int64_t score_batches = 1;
  std::int64_t samples_per_class = 10;
  double early_bird_distance = 0.1;
  std::int64_t early_bird_steps = 0;
  double early_bird_share = 0.5;
  std::string ratios_of;
  bool allow_empty_tensors = false;

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("method", self.method, "row of the table of methods",
          one_of({"dense", "random", "one_shot", "progressive", "early_bird", "snip", "grasp",
                  "lth", "lth_rewind", "isp", "isp_released"}),
          Level::basic);
    field("sparsity", self.sparsity, "fraction of the prunable weights set to zero",
          in_unit_interval("[0,1)"), Level::basic);
    field("schedule", self.schedule, "when weights are cut; empty: the method's",
          one_of({"", "never", "at_start", "growing", "interval", "levels", "early_bird",
                  "released"}));
    field("score", self.score, "which weights matter; empty: the method's",
          one_of({"", "magnitude", "random", "snip", "grasp"}));
    field("rewind", self.rewind, "weights after a cut; empty: the method's",
          one_of({"", "keep", "initial", "step"}));
    field("scope", self.scope, "where weights compete; empty: the method's",
          one_of({"", "global", "tensor"}));
    field("every_steps", self.every_steps, "interval schedule: steps between two cuts; 0: T / 11",
          at_least(0));
    field("search_share", self.search_share,
          "levels schedule: length of each search training as a fraction of T",
          in_unit_interval("(0,1]"));
    field("level_rate", self.level_rate,
          "levels schedule: fraction of the remaining weights that a level removes; 0: a tenth of "
          "the original ones",
          in_unit_interval("[0,1)"));
    field("rewind_step", self.rewind_step,
          "rewind to a step: which, in steps, or below 1 as a fraction of T; 0: one epoch",
          at_least(0));
    field("score_batches", self.score_batches, "snip: training batches that the score is made on",
          at_least(1));
    field("samples_per_class", self.samples_per_class,
          "grasp: samples of each class in the batch that the score is made on", between(1, 4096));
    field("early_bird_distance", self.early_bird_distance,
          "early_bird schedule: fraction of the prunable weights on which the newest mask may "
          "differ from each of the four before it, to be drawn",
          between(0, 1));
    field("early_bird_steps", self.early_bird_steps,
          "early_bird schedule: steps between two masks; 0: an epoch, or less in a short training",
          at_least(0));
    field("early_bird_share", self.early_bird_share,
          "early_bird schedule: largest share of T in which a mask is looked for",
          in_unit_interval("(0,1)"));
    field("ratios_of", self.ratios_of,
          "at_start schedule: run folder, result.h5 or exported masks, of which each tensor keeps "
          "as many weights; empty: none",
          path());
    field("allow_empty_tensors", self.allow_empty_tensors,
          "whether a cut may leave nothing of a tensor", any());
  }
};

/// [isp] Algorithms 1 and 2 of Instant Soup Pruning. Defaults: paper, Table 1 (CLIP column).
struct IspConfig {
  std::int64_t denoisers = 5;
  std::int64_t look_ahead_steps = 50;
  double rate = 0.15;
  std::int64_t round_steps = 0;
  std::string union_rule = "votes";
  bool include_base = true;
  double lr_decades = 0.5;
  double budget_share = 0.5;
  double round_share = 0.1;
  double stop_within = 0.05;
  double look_ahead_share = 0;
  std::string look_ahead_lr = "initial";
  std::int64_t look_ahead_warmup_steps = 0;
  std::int64_t look_ahead_line_steps = 0;
  bool vary_decay = true;
  bool save_masks = false;

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("denoisers", self.denoisers, "N: look-aheads per cut; 0: none", between(0, 65535),
          Level::basic);
    field("look_ahead_steps", self.look_ahead_steps,
          "C: optimizer steps of one look-ahead, 10 to 100 in the paper", at_least(1),
          Level::basic);
    field("rate", self.rate, "s: fraction of the remaining weights removed per round",
          in_unit_interval("(0,1)"), Level::basic);
    field("round_steps", self.round_steps,
          "t: round i trains t(i+1) steps; 0: isp.round_share of an epoch", at_least(0),
          Level::basic);
    field("union", self.union_rule, "how N masks become one (docs/methods.md)",
          one_of({"votes", "released", "literal", "mean"}), Level::basic);
    field("include_base", self.include_base, "the mask without look-ahead takes part in the union",
          any());
    field("lr_decades", self.lr_decades,
          "denoiser n's learning rate is lr * 10^u, u uniform in +- this", at_least(0));
    field("budget_share", self.budget_share, "largest share of T spent in rounds (M/T)",
          in_unit_interval("(0,1]"));
    field("round_share", self.round_share, "t as a fraction of an epoch, where round_steps is 0",
          in_unit_interval("(0,1]"));
    field("stop_within", self.stop_within,
          "released schedule: rounds end where the sparsity is nearer to prune.sparsity than this",
          in_unit_interval("[0,1)"));
    field("look_ahead_share", self.look_ahead_share,
          "of an epoch's batches each takes part in a look-ahead by this chance; 0: "
          "look_ahead_steps batches",
          in_unit_interval("[0,1)"));
    field("look_ahead_lr", self.look_ahead_lr,
          "what a look-ahead's learning rate begins from: train.lr, or the line's current value",
          one_of({"initial", "current"}));
    field("look_ahead_warmup_steps", self.look_ahead_warmup_steps,
          "steps in which a look-ahead's learning rate rises from 0, where it has a line",
          at_least(0));
    field("look_ahead_line_steps", self.look_ahead_line_steps,
          "length of a learning-rate line of each look-ahead's own; 0: a constant rate",
          at_least(0));
    field("vary_decay", self.vary_decay,
          "whether each denoiser draws a weight decay; false: train.weight_decay", any());
    field("save_masks", self.save_masks, "write every denoiser's mask into the result", any());
  }
};

/// [dist] how ranks work together.
struct DistConfig {
  std::string reduction = "fast";
  std::string backend = "auto";
  std::int64_t shards = 4;
  std::int64_t threads = 0;

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("reduction", self.reduction, "fast, or fixed: the same bits for every number of ranks",
          one_of({"fast", "fixed"}), Level::basic);
    field("backend", self.backend, "who sums gradients", one_of({"auto", "mpi", "nccl"}),
          Level::advanced, Effect::execution);
    field("shards", self.shards, "fixed reduction: parts of a batch, summed in a fixed tree",
          at_least(1));
    field("threads", self.threads,
          "threads per rank; 0: OMP_NUM_THREADS, else its share of the cores (fixed: 1)",
          at_least(0), Level::advanced, Effect::execution);
  }
};

/// Everything a run depends on: (this, data files, weights files) -> result.
struct RunConfig {
  std::string name = "run";
  std::uint64_t seed = 0;
  std::string run_root = "runs";
  std::string device = "auto";
  DataConfig data;
  ModelConfig model;
  TrainConfig train;
  PruneConfig prune;
  IspConfig isp;
  SoupConfig soup;
  DistConfig dist;
  CheckpointConfig checkpoint;
  WatchdogConfig watchdog;

  template <typename Self, typename Field>
  static void visit(Self& self, Field&& field) {
    field("name", self.name, "label of the run, first part of its folder's name", file_name(),
          Level::basic, Effect::execution);
    field("seed", self.seed, "the one seed of everything random", any(), Level::basic);
    field("run_root", self.run_root, "folder of run folders", path(), Level::basic,
          Effect::execution);
    field("device", self.device, "where tensors live", one_of({"auto", "cpu", "cuda"}),
          Level::basic, Effect::execution);
  }

  /// Calls `section(name, struct)` for every section of the ini file.
  template <typename Self, typename Section>
  static void visit_sections(Self& self, Section&& section) {
    section("data", self.data);
    section("model", self.model);
    section("train", self.train);
    section("prune", self.prune);
    section("isp", self.isp);
    section("soup", self.soup);
    section("dist", self.dist);
    section("checkpoint", self.checkpoint);
    section("watchdog", self.watchdog);
  }
};

}  // namespace stockpot::config
