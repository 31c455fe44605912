// SPDX-License-Identifier: Apache-2.0
#include "jobs/problems.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "comm/gradient_reducer.hpp"
#include "data/load.hpp"
#include "data/official_files.hpp"
#include "io/disk_reserve.hpp"
#include "io/safetensors.hpp"
#include "jobs/corruptions.hpp"
#include "jobs/initial_weights.hpp"
#include "jobs/run_folder.hpp"
#include "jobs/setup.hpp"
#include "model/weights_file.hpp"
#include "train/step_engine.hpp"

namespace stockpot::jobs {
namespace {

/// Looks at everything that a run needs, in the order of a run.
class Checker {
 public:
  Checker(const config::RunConfig& config, const std::filesystem::path& folder, bool force)
      : config_(config), folder_(folder), force_(force) {}

  Check check() && {
    look_at_data();
    if (splits_.train.dataset != nullptr) plan();
    collect([&] { check_corruptions(config_); });
    bool cuda = false;
    collect([&] { cuda = comm::check_device(config_.device); });
    look_at_weights();
    look_at_folder();
    collect([&] { comm::check_backend(config_.dist.backend, {.cuda = cuda}); });
    return {std::move(problems_), not_read()};
  }

 private:
  /// Do some work and keep what it throws; true: nothing.
  template <typename Work>
  bool collect(Work&& work) {
    try {
      std::forward<Work>(work)();
      return true;
    } catch (const Error& error) {
      const std::string text = error.what();
      if (std::ranges::find(problems_, text, &Problem::text) == problems_.end())
        problems_.push_back({text, error.exit_code()});
      return false;
    }
  }

  /// The wanted splits without their contents, as far as they are there; `failed` is set where they
  /// are not. official  as data.official
  data::Splits read(data::Wanted wanted, const std::string& official, bool& failed) {
    wanted.contents = false;
    data::Splits found;
    failed = !collect([&] {
      auto data = config_.data;
      data.official = official;
      Inputs inputs(io::DigestCache::Trust::remembered);
      found =
          data::load(data, config_.seed, form_, vocabulary_of(config_.model), wanted, &inputs.data);
      collect_small_inputs(config_, inputs);
    });
    return found;
  }

  void look_at_data() {
    collect([&] { form_ = model::image_form(config_.model); });
    bool failed = false;
    splits_ = read({}, config_.data.official, failed);
    if (failed) look_at_parts();
    if (splits_.train.dataset == nullptr) imagine_data();
  }

  /// The run would end at its first problem: what else is there, part by part?
  void look_at_parts() {
    const bool cut_from_train = config_.data.test_from_train > 0;
    std::vector<data::Wanted> parts = {{.test = cut_from_train, .more = false}};
    if (!cut_from_train) {
      parts.push_back({.train = false, .validation = false, .more = false});
      parts.push_back({.train = false, .validation = false, .test = false});
    }
    std::vector<bool> is_there;
    for (const auto& part : parts) {
      bool failed = false;
      auto found = read(part, "no", failed);
      is_there.push_back(!failed);
      if (part.train)
        splits_ = std::move(found);
      else if (part.test)
        splits_.test = std::move(found.test);
    }
    if (std::ranges::all_of(is_there, std::identity())) return;  // they were looked at together
    for (std::size_t i = 0; i < parts.size(); ++i)
      if (bool failed = false; is_there[i]) read(parts[i], config_.data.official, failed);
  }

  /// Stand-ins of the official sizes. Where a size of ours is what is wrong they have all samples,
  /// and their number says nothing.
  void imagine_data() {
    if (data::find_official_set(config_.data.name) == nullptr) return;
    const bool bad_setting = std::ranges::any_of(problems_, [](const Problem& problem) {
      return problem.code == ExitCode::bad_configuration;
    });
    auto data = config_.data;
    if (bad_setting) data.train_size = data.test_size = 0, data.validation_size = -1;
    sizes_count_ = collect([&] { splits_ = data::imagine(data, config_.seed, form_); });
    sizes_count_ = sizes_count_ && !bad_setting;
  }

  void plan() {
    if (sizes_count_ && collect([&] {
          setup_.emplace(setup_for(splits_, Inputs(io::DigestCache::Trust::remembered), config_));
        })) {
      model_ = setup_->model.get();
      return;
    }
    // it ended at the first problem: what else would it have found?
    const bool fits = collect(
        [&] { own_model_ = model::make_model(config_.model, splits_.train.dataset->shape()); });
    model_ = own_model_.get();
    if (!sizes_count_) return;
    const auto samples = splits_.train.size();
    if (!collect([&] { check_batch(config_.train.batch, samples); }) || !fits) return;
    collect([&] { train::dropout_rates(config_.train, *model_); });
    collect([&] {
      make_plan(config_, prune::make_method(config_.prune), soup::make_recipe(config_.soup),
                prune::make_budget(config_.train, samples, model_->layout()->prunable(),
                                   splits_.validation.size()),
                *model_);
    });
  }

  void look_at_folder() {
    const bool ready = collect([&] { check_run_folder(folder_, config_, force_); });
    if (ready && setup_)
      collect([&] {
        const io::DiskReserve reserve(existing_parent(folder_), bytes_to_write(*setup_).all(),
                                      folder_);
      });
  }

  void look_at_weights() {
    const auto& path = config_.model.weights;
    if (path == "random") return;
    collect([&] {
      require_weights(path);
      if (model_ == nullptr) {
        const io::SafetensorsReader reader(path);
        return;
      }
      const auto source = weights_source(config_, path, splits_.train);
      for (const auto& name : model::check_weights(path, model_->file_names(), *model_->layout()))
        model_->check_derive(source, name);
    });
  }

  std::string not_read() const {
    std::vector<std::string> what;
    const auto* source = data::find_image_source(config_.data.name);
    what.emplace_back(source == nullptr         ? "tokens of the texts"
                      : source->list == nullptr ? "pixels and labels of the images"
                                                : "contents of the pictures");
    if (config_.model.weights != "random") what.emplace_back("values of the weights");
    if (std::error_code ignored; std::filesystem::exists(folder_ / "result.h5", ignored) && !force_)
      what.emplace_back("whether the input files are still those of the result in the folder");
    return fmt::format("not read: {}", fmt::join(what, ", "));
  }

  const config::RunConfig& config_;
  const std::filesystem::path& folder_;
  bool force_;

  std::vector<Problem> problems_;
  data::ImageForm form_;
  data::Splits splits_;
  bool sizes_count_ = true;  ///< the splits are as large as those of the run
  std::optional<Setup> setup_;
  std::unique_ptr<const model::Model> own_model_;
  const model::Model* model_ = nullptr;  ///< null: nothing is known of it
};

}  // namespace

Check find_problems(const config::RunConfig& config, const std::filesystem::path& folder,
                    bool force) {
  return Checker(config, folder, force).check();
}

}  // namespace stockpot::jobs
