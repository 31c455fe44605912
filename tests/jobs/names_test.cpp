// SPDX-License-Identifier: Apache-2.0
// Names of files may hold any byte, and be longer than the system takes.
#include <gtest/gtest.h>

#include <algorithm>

#include "jobs/data_sets.hpp"
#include "jobs/program.hpp"

using namespace stockpot;
using test::expect_exit;

namespace {

/// What `stockpot <words>` writes to stderr.
test::Ended stderr_of(const std::string& words, const std::filesystem::path& folder) {
  const auto file = folder / "stderr";
  const auto ended =
      test::shell("(" STOCKPOT_PROGRAM " " + words + " > /dev/null 2> " + file.string() + ")");
  return {ended.code, test::read_text(file)};
}

/// `lines` lines of printable characters, the last of which says what is wrong.
void expect_lines(const test::Ended& ended, int code, std::ptrdiff_t lines,
                  const std::string& says) {
  EXPECT_EQ(ended.code, code) << ended.text;
  EXPECT_EQ(std::ranges::count(ended.text, '\n'), lines) << ended.text;
  EXPECT_TRUE(ended.text.ends_with("\n")) << ended.text;
  EXPECT_TRUE(std::ranges::all_of(ended.text, [](unsigned char c) {
    return c >= 0x20 || c == '\n';
  })) << ended.text;
  const auto last = ended.text.rfind('\n', ended.text.size() - 2) + 1;  // npos + 1: the first
  EXPECT_TRUE(ended.text.substr(last).starts_with("stockpot: ")) << ended.text;
  EXPECT_NE(ended.text.find(says, last), std::string::npos) << ended.text;
}

}  // namespace

TEST(Names, NoByteOfANameOrVariableReachesStdoutAsAControlCharacter) {
  const test::TempDir folder;
  const auto strange = folder / "a\033[31m\nb";
  std::filesystem::create_directories(strange);
  test::write_idx(strange, "train", 20);
  const auto said = test::stockpot("doctor --data '" + strange.string() + "'");
  EXPECT_EQ(said.text.find('\033'), std::string::npos) << said.text;
  EXPECT_NE(said.text.find("a\\x1b[31m\\x0ab"), std::string::npos) << said.text;
  const auto doctor = test::shell("SLURM_JOB_PARTITION=\"$(printf '\\033[2J')\" " +
                                  std::string(STOCKPOT_PROGRAM) + " doctor");
  expect_exit(doctor, 0, "\\x1b[2J");
  EXPECT_EQ(doctor.text.find('\033'), std::string::npos) << doctor.text;
}

TEST(Names, OnesThatAreTooLongAreRefusedAsSuch) {
  const std::string name(300, 'a');
  for (const std::string words : {"predict --out p.h5 ", "doctor --data ", "inspect "}) {
    const auto said = test::stockpot(words + name);
    EXPECT_NE(said.text.find("(File name too long)"), std::string::npos) << said.text;
    EXPECT_EQ(said.text.find("filesystem error"), std::string::npos) << said.text;
  }
  const test::Images images;
  for (const std::string words : {"run ", "run --check "})
    expect_exit(test::stockpot(words + images.settings(name)), 74, "File name too long");
}

TEST(Names, WithANewlineATabAnd300CharactersStayOneLineOfEveryCommand) {
  const test::Images images;
  const auto settings = images.settings("run");
  const auto rest = std::string(240, 'x');  // a name of a file has at most 255
  const auto strange = "a\nb\tc" + rest, shown = "a\\x0ab\\x09c" + rest,
             out = " --out " + (images.folder / "p.h5").string();
  const auto of_predict = settings.substr(0, settings.find("--run-dir"));
  const auto long_one = strange + std::string(60, 'x');
  for (const std::string& words :
       {"run '" + long_one + "'", "run --check '" + long_one + "'",
        "predict '" + long_one + "'" + out, "run " + settings + " '--data.dir=" + long_one + "'",
        "run --check " + settings + " '--model.weights=" + long_one + "'",
        "predict " + of_predict + out + " '--model.weights=" + long_one + "'"}) {
    const auto ended = stderr_of(words, images.folder.path());
    expect_lines(ended, 78, 1, shown);
  }

  const auto pictures = images.folder / "pictures";  // a name that no setting holds
  test::write_image_folder(pictures);
  test::write_text(pictures / "train/a" / strange, "no picture");
  const auto own = "--data.name=image_folder --data.dir=" + pictures.string() + " --device=cpu ";
  for (const auto& [words, lines] :
       {std::pair("run " + own + "--run-dir " + (images.folder / "own").string(), 2),
        std::pair("run --check " + own, 1), std::pair("predict --split train " + own + out, 1)})
    expect_lines(stderr_of(words, images.folder.path()), 65, lines, shown);
}

TEST(Names, OfWeightsThatAreNotThereAreSaidWithKeyPathAndTheCommandThatMakesThem) {
  const test::Images images;
  const auto run = (images.folder / "before").string(), file = run + "/model.safetensors",
             model = (images.folder / "openai/clip").string();
  const auto settings = images.settings("run", "--model.weights=");
  const auto starts_without = "; --model.weights=random starts without\n";
  for (const auto& [path, makes] :
       {std::pair(file, "`stockpot run CONFIG --run-dir " + run + "` makes it"),
        std::pair(model,
                  "`hf download ORGANISATION/MODEL --local-dir " + model + "` fetches a model")})
    for (const auto& [command, lines] : {std::pair("run ", 3), std::pair("run --check ", 1)}) {
      const auto ended = stderr_of(command + settings + path, images.folder.path());
      expect_lines(ended, 74, lines,
                   "model.weights: cannot read " + path + " (No such file or directory); " + makes +
                       starts_without);
    }
  EXPECT_FALSE(std::filesystem::exists(images.folder / "run"));
}
