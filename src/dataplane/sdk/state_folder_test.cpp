#include "dataplane/sdk/state_folder.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "testing/async/seeded_random.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::dataplane::sdk {
namespace {

/// As a disk that is full has it.
class NothingIsWritten {
 public:
  NothingIsWritten() : before_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit none{.rlim_cur = 0, .rlim_max = limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  ~NothingIsWritten() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, before_);
  }

 private:
  void (*before_)(int);
  rlimit limit_{};
};

class StateFolderTest : public ::testing::Test {
 protected:
  std::size_t files() const {
    const std::filesystem::directory_iterator all(folder.path());
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
  kontor::testing::TemporaryFolder folder;
  kontor::testing::SeededRandom random{7};
  std::filesystem::path key = folder.path() / "master.key";
};

}  // namespace

TEST_F(StateFolderTest, a_key_is_made_once_and_is_its_owners_alone) {
  const auto made = master_key_in(key, random);
  ASSERT_TRUE(made) << made.error().message();
  const auto found = master_key_in(key, random);
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_TRUE(std::ranges::equal(made->bytes(), found->bytes()));
  EXPECT_EQ(files(), 1u);
  struct stat status{};
  ASSERT_EQ(::stat(key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
}

TEST_F(StateFolderTest, a_key_that_could_not_be_written_leaves_nothing_and_is_made_at_the_next_start) {
  {
    const NothingIsWritten full;
    const auto refused = master_key_in(key, random);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::storage_failed);
  }
  EXPECT_EQ(files(), 0u);
  EXPECT_TRUE(master_key_in(key, random));
}

TEST_F(StateFolderTest, a_key_that_is_there_is_never_replaced) {
  std::ofstream(key) << "not a key";
  const auto refused = master_key_in(key, random);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::malformed);
  EXPECT_EQ(std::filesystem::file_size(key), 9u);
}

TEST_F(StateFolderTest, a_folder_that_another_plane_has_is_refused_as_long_as_it_has_it) {
  auto first = StateFolder::open(folder.path() / "state");
  ASSERT_TRUE(first);
  {
    const StateFolder held = std::move(*first);
    const auto second = StateFolder::open(folder.path() / "state");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
  }
  EXPECT_TRUE(StateFolder::open(folder.path() / "state"));
}

}  // namespace kontor::dataplane::sdk
