#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "platform/vault/file/internal/contents.hpp"
#include "platform/vault/file/internal/folder.hpp"
#include "testing/async/seeded_random.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::platform::vault::file {
namespace {

using crypto::Secret;
using testing::SeededRandom;

Contents some_contents(SeededRandom& random) {
  Contents contents;
  for (auto count = random.below(5); count > 0; --count) {
    Bytes value(random.below(100));
    random.fill(value);
    contents.secrets.emplace(random_hex(random, random.below(300)), Secret(value));
    const auto key = crypto::PrivateKey::generate(crypto::KeyType::ed25519, random).value();
    contents.keys.emplace(random_hex(random, 1 + random.below(5)), store_key(key));
  }
  return contents;
}

}  // namespace

TEST(VaultContents, they_survive_the_way_there_and_back) {
  SeededRandom random(1);
  for (int round = 0; round < 50; ++round) {
    const auto contents = some_contents(random);
    const auto encoded = encode(contents);
    const auto decoded = decode(encoded.bytes()).value();
    EXPECT_EQ(decoded.keys, contents.keys);
    EXPECT_EQ(decoded.secrets, contents.secrets);
    EXPECT_EQ(encode(decoded), encoded);
  }
}

TEST(VaultContents, whatever_was_not_written_by_us_is_refused) {
  SeededRandom random(2);
  const auto encoded = encode(some_contents(random));
  for (std::size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_FALSE(decode(encoded.bytes().first(size))) << size;
  }
  Bytes longer(encoded.bytes().begin(), encoded.bytes().end());
  longer.push_back(std::byte{0});
  EXPECT_FALSE(decode(longer));
  for (int round = 0; round < 2'000; ++round) {
    Bytes noise(random.below(64));
    random.fill(noise);
    if (!noise.empty()) noise[0] = std::byte{1};
    const auto decoded = decode(noise);
    if (decoded) EXPECT_TRUE(std::ranges::equal(encode(*decoded).bytes(), noise));
  }
}

TEST(VaultContents, keys_of_every_type_are_restored) {
  SeededRandom random(3);
  for (auto type :
       {crypto::KeyType::ed25519, crypto::KeyType::p256, crypto::KeyType::p384, crypto::KeyType::p521}) {
    const auto key = crypto::PrivateKey::generate(type, random).value();
    EXPECT_EQ(restore_key(store_key(key)).value().public_key(), key.public_key());
  }
}

TEST(VaultFolder, no_two_versions_of_a_file_look_the_same) {
  testing::TemporaryFolder root;
  const auto folder = Folder::open(root.path() / "vault").value();
  const std::string name = "file";
  std::int64_t latest = 0;
  for (int round = 0; round < 200; ++round) {
    if (round % 10 == 9) ASSERT_TRUE(folder.remove(folder.lock_all().value(), name));
    const auto identity = folder.replace(folder.lock(name).value(), {name, bytes_of("same size")}).value();
    EXPECT_EQ(folder.identity(name).value(), identity);
    EXPECT_GT(identity.modified_ns, latest);
    latest = identity.modified_ns;
  }
}

TEST(VaultFolder, each_time_that_the_disk_is_waited_for_is_counted) {
  testing::TemporaryFolder place;
  const auto folder = Folder::open(place.path() / "vault").value();
  const auto before = folder.syncs();
  ASSERT_TRUE(folder.replace(folder.lock("file").value(), {"file", bytes_of("x")}));
  EXPECT_EQ(folder.syncs() - before, 2u) << "the file and its name";
  ASSERT_TRUE(folder.remove(folder.lock_all().value(), "file"));
  EXPECT_EQ(folder.syncs() - before, 3u);
}

TEST(VaultFolder, a_lock_keeps_others_out_until_it_is_gone) {
  testing::TemporaryFolder root;
  const auto folder = Folder::open(root.path() / "vault").value();
  std::atomic<bool> released = false;
  std::vector<std::thread> waiting;
  std::atomic<int> early = 0;
  {
    const auto lock = folder.lock("file").value();
    for (int i = 0; i < 3; ++i) {
      waiting.emplace_back([&, i] {
        const auto mine = i == 0 ? folder.lock_all() : folder.lock("file");
        if (!mine || !released) ++early;
      });
    }
    ASSERT_TRUE(folder.replace(lock, {"file", bytes_of("x")}));
    released = true;
  }
  for (auto& thread : waiting) thread.join();
  EXPECT_EQ(early, 0);
}

}  // namespace kontor::platform::vault::file
