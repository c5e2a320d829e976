#include "dataplane/file/file_sink.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/crypto/hash.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::dataplane::file {
namespace {

using kontor::testing::RealLoop;
namespace async = platform::async;

/// Pieces, and then what becomes of the sender.
class ScriptedBody final : public web::BodyStream {
 public:
  explicit ScriptedBody(std::vector<std::string> pieces, std::optional<Error> end = {})
      : pieces_(std::move(pieces)), end_(std::move(end)) {}
  Task<Result<std::string>> read() override {
    if (next_ < pieces_.size()) co_return pieces_[next_++];
    if (end_) co_return fail(*end_);
    co_return std::string();
  }

 private:
  std::vector<std::string> pieces_;
  std::optional<Error> end_;
  std::size_t next_ = 0;
};

class FileSinkTest : public ::testing::Test {
 protected:
  static LandingRules rules_of(std::uint64_t bytes_max = 1'000'000) { return {.bytes_max = bytes_max}; }
  Result<Landed> take(const std::string& name, std::shared_ptr<web::BodyStream> body,
                      LandingRules rules = rules_of()) {
    return loop.run(sink.take({.context = ContextId("acme"), .folder = "inbox/1", .name = name},
                              {.text = {}, .stream = std::move(body)}, std::move(rules)));
  }
  static std::shared_ptr<ScriptedBody> body_of(std::vector<std::string> pieces) {
    return std::make_shared<ScriptedBody>(std::move(pieces));
  }
  std::string content(const std::string& path) const {
    std::ifstream stream(acme / path, std::ios::binary);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  /// Everything below the context's folder, files that are not whole yet included.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    if (!std::filesystem::exists(acme)) return all;
    for (const auto& each : std::filesystem::recursive_directory_iterator(acme)) {
      if (!each.is_directory()) all.push_back(std::filesystem::relative(each.path(), acme).string());
    }
    std::ranges::sort(all);
    return all;
  }

  RealLoop loop;
  kontor::testing::TemporaryFolder folder;
  std::filesystem::path acme = folder.path() / "acme";
  async::Offload disk{1};
  FileSink sink{disk, folder.path()};
};

}  // namespace

TEST_F(FileSinkTest, a_part_has_its_name_and_its_digest_when_it_is_whole) {
  const auto landed = take("2025/a.csv", body_of({"abc", "def"})).value();
  EXPECT_EQ(landed.path, "inbox/1/2025/a.csv");
  EXPECT_EQ(landed.bytes, 6u);
  EXPECT_EQ(landed.sha256, crypto::sha256_hex("abcdef"));
  EXPECT_EQ(content(landed.path), "abcdef");
  EXPECT_EQ(names(), std::vector<std::string>{landed.path});
}

TEST_F(FileSinkTest, a_part_and_its_folder_are_synced_before_it_is_acknowledged) {
  ASSERT_TRUE(take("a", body_of({"1"})));
  const auto with_folders = sink.syncs();
  EXPECT_EQ(with_folders, 5u);  // three folders that were made, the file, its folder
  ASSERT_TRUE(take("b", body_of({"2"})));
  EXPECT_EQ(sink.syncs(), with_folders + 2);
}

TEST_F(FileSinkTest, a_part_that_comes_again_replaces_the_one_before) {
  ASSERT_TRUE(take("a", body_of({"first"})));
  ASSERT_TRUE(take("a", body_of({"second"})));
  EXPECT_EQ(content("inbox/1/a"), "second");
  EXPECT_EQ(names().size(), 1u);
}

TEST_F(FileSinkTest, a_part_without_a_name_has_that_of_its_digest) {
  const auto first = take("", body_of({"abc"})).value();
  EXPECT_EQ(first.path, "inbox/1/sha256-" + crypto::sha256_hex("abc"));
  EXPECT_EQ(take("", body_of({"abc"}))->path, first.path);
  EXPECT_EQ(names().size(), 1u);
}

TEST_F(FileSinkTest, nothing_stays_behind_of_a_part_that_is_not_whole) {
  const Error lost(ErrorCode::peer_unavailable, "the sender is gone");
  ASSERT_TRUE(take("b", body_of({"before"})));
  EXPECT_EQ(take("a", std::make_shared<ScriptedBody>(std::vector<std::string>{"abc"}, lost)).error().code,
            ErrorCode::peer_unavailable);
  EXPECT_EQ(
      take("b", std::make_shared<ScriptedBody>(std::vector<std::string>{std::string(600'000, 'x')}, lost))
          .error()
          .code,
      ErrorCode::peer_unavailable);
  EXPECT_EQ(names(), std::vector<std::string>{"inbox/1/b"});
  EXPECT_EQ(content("inbox/1/b"), "before");
}

TEST_F(FileSinkTest, another_digest_than_the_one_that_was_sent_is_refused) {
  EXPECT_EQ(take("a", body_of({"abc"}), {.bytes_max = 10, .sha256 = crypto::sha256_hex("abd")}).error().code,
            ErrorCode::invalid_input);
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(take("a", body_of({"abc"}), {.bytes_max = 10, .sha256 = crypto::sha256_hex("abc")}));
}

TEST_F(FileSinkTest, a_part_above_the_bound_is_refused) {
  EXPECT_EQ(take("a", body_of({"12345", "67890", "1"}), rules_of(10)).error().code, ErrorCode::too_large);
  EXPECT_TRUE(names().empty());
  EXPECT_TRUE(take("a", body_of({"12345", "67890"}), rules_of(10)));
}

TEST_F(FileSinkTest, no_name_leads_out_of_the_folder) {
  std::filesystem::create_directories(acme / "inbox" / "1");
  std::filesystem::create_symlink(folder.path(), acme / "inbox" / "1" / "out");
  for (const auto* name : {"../a", "/a", "a/../../b", "out/a", ".", "a//b", "..", ".kontor-a"}) {
    EXPECT_EQ(take(name, body_of({"x"})).error().code, ErrorCode::invalid_input) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "a"));
}

TEST_F(FileSinkTest, a_link_in_the_place_of_a_part_is_replaced_and_not_followed) {
  std::filesystem::create_directories(acme / "inbox" / "1");
  std::ofstream(folder.path() / "secret") << "s3cret";
  std::filesystem::create_symlink(folder.path() / "secret", acme / "inbox" / "1" / "a");
  ASSERT_TRUE(take("a", body_of({"x"})));
  EXPECT_FALSE(std::filesystem::is_symlink(acme / "inbox" / "1" / "a"));
  EXPECT_EQ(std::filesystem::file_size(folder.path() / "secret"), 6u);
}

TEST_F(FileSinkTest, a_folder_with_the_name_of_a_part_stays) {
  ASSERT_TRUE(take("a/b", body_of({"x"})));
  EXPECT_EQ(take("a", body_of({"y"})).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(names(), std::vector<std::string>{"inbox/1/a/b"});
}

}  // namespace kontor::dataplane::file
