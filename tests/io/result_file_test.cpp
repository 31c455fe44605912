// SPDX-License-Identifier: Apache-2.0
#include "io/result_file.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>

#include "core/error.hpp"
#include "io/atomic_file.hpp"
#include "io/files.hpp"
#include "io/hdf5_types.hpp"
#include "io/result_trailer.hpp"
#include "io/sample_result.hpp"
#include "support/temp_dir.hpp"

using namespace stockpot;
namespace fs = std::filesystem;

namespace {

std::string refusal(const fs::path& path) {
  return test::message_of<DataError>([&] { io::read_result(path); });
}

/// Change a result by HDF5 itself and give it a right checksum again: what a hostile writer would
/// do.
template <typename Edit>
void forge(const fs::path& path, Edit edit) {
  std::string text = test::read_text(path);
  text.resize(text.size() - io::kTrailerBytes);
  test::write_text(path, text);
  io::open_hdf5();
  {
    const io::Hdf5Handle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
    edit(file);
  }
  text = test::read_text(path);
  test::write_text(path, text + io::result_trailer(test::as_bytes(text)));
}

/// Put a dataset of `size` doubles, made by the creation list that `storage` fills, in the place of
/// /metrics/train/loss.
template <typename Storage>
void replace_loss(hid_t file, hsize_t size, Storage storage) {
  io::check_hdf5(H5Ldelete(file, "/metrics/train/loss", H5P_DEFAULT));
  const io::Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose),
      space(H5Screate_simple(1, &size, nullptr), H5Sclose);
  storage(creation);
  const io::Hdf5Handle dataset(H5Dcreate2(file, "/metrics/train/loss", H5T_IEEE_F64LE, space,
                                          H5P_DEFAULT, creation, H5P_DEFAULT),
                               H5Dclose);
}

/// Give `object` an attribute of `values`.
template <typename T>
void add_attribute(hid_t file, const char* object, const char* name, std::vector<T> values) {
  const io::Hdf5Handle at(H5Oopen(file, object, H5P_DEFAULT), H5Oclose), type = io::hdf5_type<T>();
  const hsize_t size = values.size();
  const io::Hdf5Handle space(
      size == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &size, nullptr), H5Sclose);
  const io::Hdf5Handle attribute(H5Acreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT),
                                 H5Aclose);
  io::check_hdf5(H5Awrite(attribute, type, values.data()));
}

/// Put doubles in the place of the whole numbers of /cost/steps.
void replace_steps(hid_t file, std::vector<double> values) {
  io::check_hdf5(H5Ldelete(file, "/cost/steps", H5P_DEFAULT));
  const hsize_t size = values.size();
  const io::Hdf5Handle space(H5Screate_simple(1, &size, nullptr), H5Sclose);
  const io::Hdf5Handle dataset(
      H5Dcreate2(file, "/cost/steps", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
      H5Dclose);
  io::check_hdf5(
      H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
}

/// Objects of HDF5 that somebody still holds open.
ssize_t open_objects() { return H5Fget_obj_count(hid_t{H5F_OBJ_ALL}, H5F_OBJ_ALL); }

class ResultFile : public ::testing::Test {
 protected:
  ResultFile() { io::write_result(path_, test::sample_result()); }
  test::TempDir folder_;
  fs::path path_ = folder_ / "result.h5";
};

}  // namespace

TEST_F(ResultFile, ReadsBackAllThatWasWritten) {
  const io::RunResult written = test::sample_result(), read = io::read_result(path_);
  EXPECT_EQ(read.status, "complete");
  EXPECT_EQ(read.name, written.name);
  EXPECT_EQ(read.run_id, written.run_id);
  EXPECT_EQ(read.seed, written.seed);
  EXPECT_EQ(read.config_json, written.config_json);
  EXPECT_EQ(read.metric, "accuracy");
  EXPECT_EQ(read.test, written.test);
  EXPECT_EQ(read.kept, written.kept);
  EXPECT_EQ(read.extra_metrics, written.extra_metrics);
  EXPECT_EQ(read.score, "magnitude");
  EXPECT_EQ(read.schedule, "growing");
  EXPECT_EQ(read.denoise, "look_ahead");
  EXPECT_EQ(read.rewind, "keep");
  EXPECT_EQ(read.scope, "global");
  EXPECT_EQ(read.union_rule, "votes");
  EXPECT_EQ(read.effective_rate, written.effective_rate);
  EXPECT_EQ(read.n_test, 600);
  EXPECT_EQ(read.n_validation, 20);
  EXPECT_EQ(read.failure, "");
  ASSERT_EQ(read.train.size(), 2u);
  EXPECT_EQ(read.train[1].step, 10);
  EXPECT_EQ(read.train[1].loss, written.train[1].loss);
  EXPECT_TRUE(std::isnan(read.train[1].metric));
  ASSERT_EQ(read.rounds.size(), 1u);
  EXPECT_EQ(read.rounds[0].kept_union, 7);
  EXPECT_EQ(read.rounds[0].pair_kappa, 0.25);
  ASSERT_EQ(read.densities.size(), 2U);
  EXPECT_EQ(read.densities[1].tensor, "head.weight");
  EXPECT_EQ(read.densities[1].kept, 2);
  ASSERT_EQ(read.early_bird.size(), 1U);
  EXPECT_EQ(read.early_bird[0].differs_4, 5);
  EXPECT_EQ(read.early_bird[0].distance, 0.375);
  ASSERT_EQ(read.denoisers.size(), 2u);
  EXPECT_EQ(read.denoisers[1].differs_from_base, 3);
  ASSERT_EQ(read.cost.size(), 2U);
  EXPECT_EQ(read.cost[1].phase, "look_ahead");
  EXPECT_EQ(read.cost[0].flops_executed, written.cost[0].flops_executed);
  EXPECT_TRUE(std::isnan(read.cost[0].energy_j));
  ASSERT_EQ(read.soup.size(), 2u);
  EXPECT_FALSE(read.soup[1].accepted);
  EXPECT_EQ(read.soup[0].candidate, "denoiser 0, \xc3\xbc");
  ASSERT_EQ(read.corruptions.size(), 1u);
  EXPECT_EQ(read.corruptions[0].corruption, "fog");
  EXPECT_EQ(read.corruptions[0].samples, 600);
  EXPECT_EQ(read.corruptions[0].metric, 0.75);
  ASSERT_EQ(read.events.size(), 1u);
  EXPECT_EQ(read.events[0].what, "resumed");
}

TEST_F(ResultFile, KeepsMasksInTheirOrderWithTheirBits) {
  const io::RunResult written = test::sample_result(), read = io::read_result(path_);
  ASSERT_EQ(read.masks.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read.masks[i].name, written.masks[i].name);
    EXPECT_EQ(read.masks[i].shape, written.masks[i].shape);
    EXPECT_EQ(read.masks[i].bits, written.masks[i].bits);
  }
  ASSERT_EQ(read.denoiser_masks.size(), 2u);
  EXPECT_EQ(read.denoiser_masks[1].denoiser, 1);
  EXPECT_EQ(read.denoiser_masks[1].size, 13);
  EXPECT_EQ(read.denoiser_masks[1].bits, written.denoiser_masks[1].bits);
}

TEST_F(ResultFile, IsTheSameBytesForTheSameResult) {
  io::write_result(folder_ / "again.h5", test::sample_result());
  EXPECT_EQ(test::read_text(path_), test::read_text(folder_ / "again.h5"));
}

TEST_F(ResultFile, HoldsAnEmptyResultToo) {
  io::write_result(path_, io::RunResult{});
  const io::RunResult read = io::read_result(path_);
  EXPECT_TRUE(read.train.empty() && read.masks.empty() && read.cost.empty());
}

TEST_F(ResultFile, TakesAConfigurationBeyond64KiBAndAFactGivenTwice) {
  io::RunResult result;
  result.config_json = std::string(200'000, 'c');
  result.provenance = {{"host", "a"}, {"host", "b"}};
  io::write_result(path_, result);
  EXPECT_EQ(io::read_result(path_).config_json, result.config_json);
  EXPECT_EQ(io::read_result(path_).provenance, (Provenance{{"host", "b"}}));
}

TEST_F(ResultFile, DoesNotWriteAMaskThatContradictsItself) {
  io::RunResult result = test::sample_result();
  ++result.masks[0].kept;
  EXPECT_THROW(io::write_result(folder_ / "bad.h5", result), LogicError);
  EXPECT_EQ(test::files_in(folder_.path()), 1u);
}

TEST_F(ResultFile, KnowsEveryTruncationAndEveryChangedByte) {
  const std::string whole = test::read_text(path_);
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    test::write_text(path_, whole.substr(0, size));
    EXPECT_NE(refusal(path_).find("is not a result that can be read"), std::string::npos)
        << size << ": " << refusal(path_);
  }
  for (std::size_t i = 0; i < whole.size(); i += 101) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    test::write_text(path_, changed);
    EXPECT_NE(refusal(path_).find("is not a result that can be read"), std::string::npos)
        << i << ": " << refusal(path_);
  }
}

TEST_F(ResultFile, RefusesADatasetThatLiesInAnotherFile) {
  forge(path_, [](hid_t file) {
    replace_loss(file, 2, [](hid_t creation) {
      io::check_hdf5(H5Pset_external(creation, "/etc/passwd", 0, 16));
    });
  });
  EXPECT_NE(refusal(path_).find("is stored in another file"), std::string::npos) << refusal(path_);
}

TEST_F(ResultFile, RefusesAnExternalAndASoftLink) {
  forge(path_, [](hid_t file) {
    io::check_hdf5(H5Ldelete(file, "/rounds", H5P_DEFAULT));
    io::check_hdf5(
        H5Lcreate_external("/etc/passwd", "/", file, "rounds", H5P_DEFAULT, H5P_DEFAULT));
  });
  EXPECT_NE(refusal(path_).find("rounds is a link to elsewhere"), std::string::npos)
      << refusal(path_);
  io::write_result(path_, test::sample_result());
  forge(path_, [](hid_t file) {
    io::check_hdf5(H5Lmove(file, "/masks", file, "/elsewhere", H5P_DEFAULT, H5P_DEFAULT));
    io::check_hdf5(H5Lcreate_soft("/elsewhere", file, "masks", H5P_DEFAULT, H5P_DEFAULT));
  });
  EXPECT_NE(refusal(path_).find("masks is a link to elsewhere"), std::string::npos)
      << refusal(path_);
}

TEST_F(ResultFile, RefusesADatasetOf2To44ElementsAndAChunkedOne) {
  forge(path_, [](hid_t file) { replace_loss(file, hsize_t{1} << 44, [](hid_t) {}); });
  EXPECT_NE(refusal(path_).find("declares more elements than the file can hold"), std::string::npos)
      << refusal(path_);
  io::write_result(path_, test::sample_result());
  forge(path_, [](hid_t file) {
    replace_loss(file, hsize_t{1} << 44, [](hid_t creation) {
      const hsize_t chunk = 1;
      io::check_hdf5(H5Pset_chunk(creation, 1, &chunk));
    });
  });
  EXPECT_NE(refusal(path_).find("is not stored in one piece"), std::string::npos) << refusal(path_);
}

TEST_F(ResultFile, RecountsTheMasks) {
  forge(path_, [](hid_t file) {
    const io::Hdf5Handle mask(H5Dopen2(file, "/masks/head.weight", H5P_DEFAULT), H5Dclose);
    const io::Hdf5Handle attribute(H5Aopen(mask, "kept", H5P_DEFAULT), H5Aclose);
    const std::int64_t kept = 5;
    io::check_hdf5(H5Awrite(attribute, H5T_NATIVE_INT64, &kept));
  });
  EXPECT_NE(refusal(path_).find("says that it keeps 5 weights, its bits say 2"), std::string::npos)
      << refusal(path_);
}

TEST_F(ResultFile, ReadsAFileWithoutALaterTableOrColumn) {
  forge(path_, [](hid_t file) {
    io::check_hdf5(H5Ldelete(file, "/soup", H5P_DEFAULT));
    io::check_hdf5(H5Ldelete(file, "/rounds/requested", H5P_DEFAULT));
  });
  const io::RunResult read = io::read_result(path_);
  EXPECT_TRUE(read.soup.empty());
  ASSERT_EQ(read.rounds.size(), 1u);
  EXPECT_EQ(read.rounds[0].kept_after, 6);
  EXPECT_EQ(read.rounds[0].requested, 0);
}

TEST_F(ResultFile, SaysWhyARunFailed) {
  io::RunResult result = test::sample_result();
  result.status = "failed";
  result.failure = "loss is NaN at step 7";
  io::write_result(path_, result);
  EXPECT_EQ(io::read_result(path_).status, "failed");
  EXPECT_EQ(io::read_result(path_).failure, "loss is NaN at step 7");
}

TEST_F(ResultFile, ReadsAFileWithoutALaterAttributeOrGroup) {
  forge(path_, [](hid_t file) {
    io::check_hdf5(H5Adelete(file, "failure"));
    for (const char* name : {"score", "union", "effective_rate", "n_test"})
      io::check_hdf5(H5Adelete_by_name(file, "/result", name, H5P_DEFAULT));
    for (const char* group : {"/denoisers", "/metrics", "/provenance"})
      io::check_hdf5(H5Ldelete(file, group, H5P_DEFAULT));
  });
  const io::RunResult read = io::read_result(path_);
  EXPECT_EQ(read.failure, "");
  EXPECT_EQ(read.score, "");
  EXPECT_TRUE(std::isnan(read.effective_rate));
  EXPECT_EQ(read.n_test, 0);
  EXPECT_EQ(read.n_validation, 20);
  EXPECT_TRUE(read.train.empty() && read.denoisers.empty() && read.provenance.empty());
  EXPECT_EQ(read.masks.size(), 2U);
}

TEST_F(ResultFile, PassesOverWhatALaterProgramOfTheSameVersionAdds) {
  forge(path_, [](hid_t file) {
    add_attribute<std::string>(file, "/result", "later_text", {"text"});
    add_attribute<std::int64_t>(file, "/result", "later_count", {7});
    add_attribute<double>(file, "/result", "later_list", {1, 2, 3});
    add_attribute<double>(file, "/result", "later_metric", {0.5});
    add_attribute<std::int64_t>(file, "/provenance", "attempts", {2});
    add_attribute<std::int64_t>(file, "/", "later_root", {1});
    for (const char* group : {"/later", "/denoisers/masks/later", "/denoisers/masks/0/later"})
      const io::Hdf5Handle made(H5Gcreate2(file, group, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                                H5Gclose);
    io::check_hdf5(
        H5Lcreate_external("/etc/passwd", "/", file, "/rounds/later", H5P_DEFAULT, H5P_DEFAULT));
  });
  const io::RunResult read = io::read_result(path_), written = test::sample_result();
  EXPECT_EQ(read.extra_metrics,
            (std::map<std::string, double>{{"ece", 0.03125}, {"later_metric", 0.5}}));
  EXPECT_EQ(read.provenance.size(), written.provenance.size());
  EXPECT_EQ(read.rounds.size(), 1U);
  EXPECT_EQ(read.denoiser_masks.size(), 2U);
}

TEST_F(ResultFile, RefusesAKnownAttributeOfAnotherType) {
  forge(path_, [](hid_t file) {
    io::check_hdf5(H5Adelete_by_name(file, "/result", "n_test", H5P_DEFAULT));
    add_attribute<double>(file, "/result", "n_test", {600});
  });
  EXPECT_NE(refusal(path_).find("attribute n_test has another type"), std::string::npos)
      << refusal(path_);
}

TEST_F(ResultFile, ReadsCountsThatAnEarlierProgramWroteAsDoublesIfTheyAreWhole) {
  forge(path_, [](hid_t file) { replace_steps(file, {0x1p60, 8}); });
  EXPECT_EQ(io::read_result(path_).cost[0].steps, std::int64_t{1} << 60);
  for (const double wrong : {0.5, double(NAN), 0x1p63}) {
    io::write_result(path_, test::sample_result());
    forge(path_, [&](hid_t file) { replace_steps(file, {wrong, 8}); });
    EXPECT_NE(refusal(path_).find("no whole number"), std::string::npos) << refusal(path_);
  }
}

TEST_F(ResultFile, LeavesTheOldFileAndNothingElseWhereWritingFails) {
  const std::string before = test::read_text(path_);
  io::RunResult bad = test::sample_result();
  bad.masks[1].name = "a/b";  // found when most of the file has been made
  const auto open_before = open_objects();
  EXPECT_THROW(io::write_result(path_, bad), LogicError);
  bad = test::sample_result();
  bad.run_id = std::string("\xff\0 with a zero byte", 18);
  bad.denoiser_masks[1].kept = 1;
  EXPECT_THROW(io::write_result(path_, bad), LogicError);
  EXPECT_EQ(open_objects(), open_before);
  EXPECT_EQ(test::read_text(path_), before);
  EXPECT_EQ(test::files_in(folder_.path()), 1U);
  EXPECT_FALSE(fs::exists("in memory"));  // the name under which HDF5 knows it
}

TEST_F(ResultFile, RefusesAForeignHdf5FileAndALaterVersion) {
  forge(path_, [](hid_t file) {
    const io::Hdf5Handle attribute(H5Aopen(file, "format_version", H5P_DEFAULT), H5Aclose);
    const std::int64_t version = 2;
    io::check_hdf5(H5Awrite(attribute, H5T_NATIVE_INT64, &version));
  });
  EXPECT_NE(refusal(path_).find("format version 2 is not the one known here"), std::string::npos)
      << refusal(path_);
  forge(path_, [](hid_t file) { io::check_hdf5(H5Adelete(file, "format")); });
  EXPECT_NE(refusal(path_).find("HDF5 failed in"), std::string::npos) << refusal(path_);
}

TEST(Hdf5, AFailedCallNamesCallSiteAndTheTextOfTheLibrary) {
  io::open_hdf5();
  const std::string message = test::message_of<IoError>(
      [] { io::check_hdf5(H5Fopen("/no/such/file", H5F_ACC_RDONLY, H5P_DEFAULT)); });
  EXPECT_NE(message.find("result_file_test.cpp:"), std::string::npos) << message;
  EXPECT_NE(message.find("unable to open file"), std::string::npos) << message;
}
