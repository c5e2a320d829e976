#pragma once

// Included by bus_contract.hpp: small shared state.

namespace kontor::platform::bus::contract {

TEST_P(BusContract, a_key_is_created_once_and_changed_by_who_saw_its_last_revision) {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  EXPECT_EQ(put("k", "one", 0, &first), "");
  EXPECT_EQ(put("k", "again", 0), "conflict");
  EXPECT_EQ(put("k", "two", first, &second), "");
  EXPECT_NE(first, second);
  EXPECT_EQ(put("k", "late", first), "version_conflict");
  const auto entry = get(harness_->bus().get("bucket", "k")).value();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->value, "two");
  EXPECT_EQ(entry->revision, second);
}

TEST_P(BusContract, of_two_who_change_a_key_at_once_one_succeeds) {
  std::uint64_t revision = 0;
  EXPECT_EQ(put("k", "one", 0, &revision), "");
  std::optional<Result<std::uint64_t>> left;
  std::optional<Result<std::uint64_t>> right;
  harness_->run_both(keep(harness_->bus().put("bucket", "k", "left", revision), left),
                     keep(harness_->bus().put("bucket", "k", "right", revision), right));
  EXPECT_NE(left->has_value(), right->has_value());
}

TEST_P(BusContract, a_removed_key_is_gone_and_may_be_created_anew) {
  std::uint64_t revision = 0;
  EXPECT_EQ(put("k", "one", 0, &revision), "");
  EXPECT_EQ(name_of(get(harness_->bus().remove("bucket", "k", revision + 7))), "version_conflict");
  EXPECT_EQ(name_of(get(harness_->bus().remove("bucket", "k", revision))), "");
  EXPECT_FALSE(get(harness_->bus().get("bucket", "k")).value());
  EXPECT_EQ(put("k", "late", revision), "version_conflict");
  EXPECT_EQ(put("k", "new", 0), "");
}

TEST_P(BusContract, keys_survive_a_crash_and_are_listed_by_bucket) {
  EXPECT_EQ(put("b", "2", 0), "");
  EXPECT_EQ(put("a/x", "1", 0), "");
  EXPECT_TRUE(get(harness_->bus().put("bucket-2", "c", "3", 0)));
  restart();
  EXPECT_EQ(get(harness_->bus().keys("bucket")).value(), (std::vector<std::string>{"a/x", "b"}));
  EXPECT_EQ(get(harness_->bus().get("bucket", "b")).value()->value, "2");
  EXPECT_FALSE(get(harness_->bus().get("bucket", "c")).value());
  EXPECT_EQ(put("bad key", "x", 0), "invalid_input");
}

}  // namespace kontor::platform::bus::contract
