#include "platform/vault/file/file_vault.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text/encoding.hpp"
#include "platform/vault/vault_contract.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::platform::vault::file {
namespace {

using contract::Implementation;
using contract::Place;
using contract::VaultContract;
using crypto::Secret;
namespace fs = std::filesystem;

crypto::AesKey master_key(char letter) {
  return crypto::AesKey::from(bytes_of(std::string(32, letter))).value();
}

/// A folder and the threads that serve it.
class FilePlace : public Place {
 public:
  FilePlace(kontor::testing::RealLoop& loop, std::size_t threads, std::size_t cached_max)
      : loop_(loop), offload_(threads), cached_max_(cached_max) {}

  Task<Result<std::unique_ptr<Vault>>> open() override {
    Config config{folder_.path() / "vault", {master_key('m')}, cached_max_, cached_max_};
    co_return open_file_vault(std::move(config), offload_, loop_.random());
  }

 private:
  kontor::testing::TemporaryFolder folder_;
  kontor::testing::RealLoop& loop_;
  async::Offload offload_;
  std::size_t cached_max_;
};

Implementation implementation(std::string name, std::size_t threads, std::size_t cached_max) {
  return {std::move(name), [threads, cached_max](kontor::testing::RealLoop& loop) -> std::unique_ptr<Place> {
            return std::make_unique<FilePlace>(loop, threads, cached_max);
          }};
}

INSTANTIATE_TEST_SUITE_P(FileVault, VaultContract,
                         ::testing::Values(implementation("on_threads", 4, 1024),
                                           implementation("on_the_io_thread", 0, 1024),
                                           implementation("without_memory", 4, 0),
                                           implementation("with_little_memory", 2, 1)),
                         contract::name_of);

class FileVault : public ::testing::Test {
 protected:
  /// Without memory, so that every call reads the file.
  Result<std::unique_ptr<Vault>> open(MasterKeys keys = {master_key('m')}) {
    return open_file_vault({root.path() / "vault", std::move(keys), 0, 0}, offload, loop.random());
  }
  std::string get(Vault& vault, const char* context, const char* name = "s") {
    const auto value = loop.run(vault.get_secret(ContextId(context), SecretName(name)));
    return std::string(value ? value->reveal() : value.error().row().name);
  }
  void put(Vault& vault, const char* context, std::string_view value, const char* name = "s") {
    ASSERT_TRUE(loop.run(vault.put_secret(ContextId(context), SecretName(name), Secret(value))));
  }
  std::vector<fs::path> files(std::string_view suffix = ".vault") const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(root.path() / "vault")) {
      if (entry.path().string().ends_with(suffix)) found.push_back(entry.path());
    }
    return found;
  }
  static std::string read(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  static void write(const fs::path& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
  }

  kontor::testing::TemporaryFolder root;
  kontor::testing::RealLoop loop;
  async::Offload offload{0};
};

TEST_F(FileVault, nothing_secret_stands_in_the_folder_and_nobody_else_may_read_it) {
  auto vault = open().value();
  put(*vault, "acme", "a very secret value");
  const auto key =
      loop.run(vault->create_key(ContextId("acme"), KeyAlias("alias of a key"), crypto::KeyType::ed25519));
  ASSERT_TRUE(key);
  const auto scalar =
      loop.run(vault->export_key(ContextId("acme"), KeyAlias("alias of a key"))).value().scalar();
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(root.path() / "vault")) {
    const auto text = read(entry.path());
    for (const auto hidden : {std::string_view("secret value"), std::string_view("alias of a key"),
                              scalar.reveal(), std::string_view("mmmmmmmm")}) {
      EXPECT_EQ(text.find(hidden), std::string::npos) << entry.path();
    }
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write) << entry.path();
    ++seen;
  }
  EXPECT_EQ(seen, 3);  // the context, the record of the master key, the lock
  EXPECT_EQ(fs::status(root.path() / "vault").permissions(), fs::perms::owner_all);
}

TEST_F(FileVault, a_file_with_any_bit_changed_is_refused) {
  auto vault = open().value();
  put(*vault, "acme", "value");
  const auto file = files().at(0);
  const auto good = read(file);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    write(file, bad);
    ASSERT_EQ(get(*vault, "acme"), "storage_failed") << bit;
  }
  write(file, good);
  EXPECT_EQ(get(*vault, "acme"), "value");
}

TEST_F(FileVault, a_file_of_another_length_is_refused) {
  auto vault = open().value();
  put(*vault, "acme", "value");
  const auto file = files().at(0);
  const auto good = read(file);
  for (std::size_t size = 0; size < good.size(); ++size) {
    write(file, std::string_view(good).substr(0, size));
    ASSERT_EQ(get(*vault, "acme"), "storage_failed") << size;
  }
  write(file, good + "x");
  EXPECT_EQ(get(*vault, "acme"), "storage_failed");
  fs::resize_file(file, 64u << 20);
  EXPECT_EQ(get(*vault, "acme"), "storage_failed");
}

TEST_F(FileVault, a_damaged_file_is_never_written_over) {
  auto vault = open().value();
  put(*vault, "acme", "value");
  const auto file = files().at(0);
  write(file, "damaged");
  EXPECT_EQ(loop.run(vault->put_secret(ContextId("acme"), SecretName("t"), Secret("x"))).error().code,
            ErrorCode::storage_failed);
  EXPECT_EQ(read(file), "damaged");
}

TEST_F(FileVault, one_contexts_file_is_not_read_as_anothers) {
  auto vault = open().value();
  put(*vault, "acme", "of acme");
  const auto acme = files().at(0);
  const auto of_acme = read(acme);
  put(*vault, "bcme", "of bcme");
  for (const auto& file : files()) {
    if (file == acme) continue;
    const auto of_bcme = read(file);
    write(file, of_acme);
    EXPECT_EQ(get(*vault, "bcme"), "storage_failed");
    // With the right name written into it, and with the body of one behind the key of the other.
    auto renamed = of_acme;
    renamed.replace(renamed.find("acme"), 4, "bcme");
    write(file, renamed);
    EXPECT_EQ(get(*vault, "bcme"), "storage_failed");
    const std::size_t head = 8 + 2 + 4 + 8 + 12 + 48;
    write(file, of_bcme.substr(0, head) + of_acme.substr(head));
    EXPECT_EQ(get(*vault, "bcme"), "storage_failed");
    write(file, of_bcme);
    EXPECT_EQ(get(*vault, "bcme"), "of bcme");
  }
}

TEST_F(FileVault, a_wrong_master_key_is_noticed_at_the_start) {
  put(*open().value(), "acme", "value");
  const auto wrong = open({master_key('x')});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(get(*open().value(), "acme"), "value");
}

TEST_F(FileVault, a_folder_whose_record_is_lost_is_not_taken_for_a_new_one) {
  put(*open().value(), "acme", "value");
  fs::remove(root.path() / "vault" / "master");
  EXPECT_EQ(open({master_key('x')}).error().code, ErrorCode::storage_failed);
  EXPECT_EQ(open().error().code, ErrorCode::storage_failed);
}

TEST_F(FileVault, the_master_key_is_rotated_at_the_start_and_the_old_one_opens_nothing_any_more) {
  {
    auto vault = open().value();
    put(*vault, "acme", "1");
    put(*vault, "globex", "2");
  }
  {
    auto vault = open({master_key('n'), {master_key('m')}}).value();
    EXPECT_EQ(get(*vault, "acme"), "1");
  }
  EXPECT_EQ(open().error().code, ErrorCode::invalid_input);
  auto vault = open({master_key('n')}).value();
  EXPECT_EQ(get(*vault, "acme"), "1");
  EXPECT_EQ(get(*vault, "globex"), "2");
}

TEST_F(FileVault, a_rotation_that_was_broken_off_goes_on) {
  auto vault = open().value();
  put(*vault, "acme", "1");
  put(*vault, "globex", "2");
  const auto record = root.path() / "vault" / "master";
  const auto old_record = read(record);
  const auto old_file = read(files().at(0));
  const auto file = files().at(0);
  ASSERT_TRUE(open({master_key('n'), {master_key('m')}}));
  write(record, old_record);
  write(file, old_file);
  auto rotated = open({master_key('n'), {master_key('m')}}).value();
  EXPECT_EQ(get(*rotated, "acme"), "1");
  EXPECT_EQ(get(*rotated, "globex"), "2");
  EXPECT_EQ(get(*open({master_key('n')}).value(), "acme"), "1");
}

TEST_F(FileVault, what_a_broken_off_write_left_is_not_read_and_goes_with_its_context) {
  auto vault = open().value();
  put(*vault, "acme", "value");
  const auto leftover = files().at(0).string() + ".new";
  write(leftover, "half of a file");
  EXPECT_EQ(get(*open().value(), "acme"), "value");
  put(*vault, "acme", "other");
  EXPECT_EQ(get(*vault, "acme"), "other");
  EXPECT_FALSE(fs::exists(leftover));
  write(leftover, "half of a file");
  ASSERT_TRUE(loop.run(vault->erase_context(ContextId("acme"))));
  EXPECT_TRUE(files().empty());
  EXPECT_FALSE(fs::exists(leftover));
}

TEST_F(FileVault, equal_contents_are_sealed_differently_each_time) {
  auto vault = open().value();
  put(*vault, "acme", "1");
  const auto first = read(files().at(0));
  put(*vault, "acme", "2");
  put(*vault, "acme", "1");
  EXPECT_NE(read(files().at(0)), first);
}

TEST_F(FileVault, a_folder_that_cannot_be_used_is_an_error_and_nothing_is_acknowledged) {
  auto vault = open().value();
  put(*vault, "acme", "value");
  fs::remove_all(root.path() / "vault");
  EXPECT_EQ(loop.run(vault->put_secret(ContextId("acme"), SecretName("s"), Secret("x"))).error().code,
            ErrorCode::storage_failed);
  root.write("file", "");
  EXPECT_EQ(open_file_vault({root.path() / "file", {master_key('m')}}, offload, loop.random()).error().code,
            ErrorCode::storage_failed);
}

// A child process puts numbers and tells each that was acknowledged; it is killed in the middle. What it told
// must be there.
TEST_F(FileVault, what_was_acknowledged_survives_a_kill_at_any_instant) {
  open().value();
  for (int round = 0; round < 5; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto vault = open().value();
      for (std::uint32_t number = 1;; ++number) {
        const auto text = std::to_string(number);
        auto kept = loop.run(vault->put_secret(ContextId("acme"), SecretName("s"), Secret(text)));
        if (!kept || ::write(ends[1], &number, sizeof number) != sizeof number) ::_exit(1);
      }
    }
    ::close(ends[1]);
    std::uint32_t acknowledged = 0;
    for (std::uint32_t number = 0; ::read(ends[0], &number, sizeof number) == sizeof number;) {
      acknowledged = number;
      if (number == 10u + static_cast<unsigned>(round)) ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto found = get(*open().value(), "acme");
    EXPECT_TRUE(found == std::to_string(acknowledged) || found == std::to_string(acknowledged + 1)) << found;
  }
}

TEST(MasterKey, it_is_read_in_every_form_that_people_store_it_in) {
  const std::string raw = "0123456789abcdef0123456789ABCDE\xff";
  const auto key = crypto::AesKey::from(bytes_of(raw)).value();
  for (const auto& text :
       {raw, text::base64_encode(bytes_of(raw)), text::base64url_encode(bytes_of(raw)),
        text::hex_encode(bytes_of(raw)), "  " + text::base64_encode(bytes_of(raw)) + "\r\n"}) {
    const auto parsed = parse_master_key(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_TRUE(std::ranges::equal(parsed->bytes(), key.bytes()));
  }
  for (const auto& bad : {std::string(), std::string("password"), std::string(31, 'k'), std::string(62, 'a'),
                          text::base64_encode(bytes_of("too short"))}) {
    const auto parsed = parse_master_key(bad);
    ASSERT_FALSE(parsed);
    EXPECT_TRUE(bad.empty() || parsed.error().message().find(bad) == std::string::npos);
  }
}

}  // namespace
}  // namespace kontor::platform::vault::file
