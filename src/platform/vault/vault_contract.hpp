#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto/signature.hpp"
#include "platform/async/scope.hpp"
#include "platform/vault/limits.hpp"
#include "platform/vault/vault.hpp"
#include "testing/async/run.hpp"

/// What every vault promises. An implementation's test instantiates it:
///
///     INSTANTIATE_TEST_SUITE_P(FileVault, VaultContract, testing::Values(Implementation{"file",
///     make_place}), name_of);
namespace kontor::platform::vault::contract {

using crypto::KeyType;
using crypto::Secret;
using protocol::jose::Jwk;

/// Where a vault keeps its data while a test runs. `open` may be called again after the vault was closed, and
/// for a second one beside the first, as two processes have it.
class Place {
 public:
  virtual ~Place() = default;
  virtual Task<Result<std::unique_ptr<Vault>>> open() = 0;
};

struct Implementation {
  std::string name;
  std::function<std::unique_ptr<Place>(testing::RealLoop&)> make_place;
  std::function<std::optional<std::string>()> missing = [] {
    return std::nullopt;
  };  ///< why it cannot run here
};

inline void PrintTo(const Implementation& implementation, std::ostream* out) {
  *out << implementation.name;
}

inline std::string name_of(const ::testing::TestParamInfo<Implementation>& info) {
  return info.param.name;
}

class VaultContract : public ::testing::TestWithParam<Implementation> {
 protected:
  void SetUp() override {
    if (const auto why = GetParam().missing()) GTEST_SKIP() << *why;
    place = GetParam().make_place(loop);
    vault = open();
  }
  void TearDown() override {
    vault.reset();
    place.reset();
  }

  std::unique_ptr<Vault> open() {
    auto opened = loop.run(place->open());
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message());
    return opened ? std::move(*opened) : nullptr;
  }
  void reopen() {
    vault.reset();
    vault = open();
  }

  Result<Jwk> create(const ContextId& context, const char* alias, KeyType type = KeyType::ed25519) {
    return loop.run(vault->create_key(context, KeyAlias(alias), type));
  }
  Result<Jwk> public_key(const ContextId& context, const char* alias) {
    return loop.run(vault->public_key(context, KeyAlias(alias)));
  }
  Result<Bytes> sign(const ContextId& context, const char* alias, std::string message) {
    return loop.run(vault->sign(context, KeyAlias(alias), std::move(message)));
  }
  Result<void> put(const ContextId& context, const char* name, std::string_view value) {
    return loop.run(vault->put_secret(context, SecretName(name), Secret(value)));
  }
  /// The secret, or the name of the error.
  std::string get(const ContextId& context, const char* name) {
    const auto value = loop.run(vault->get_secret(context, SecretName(name)));
    return std::string(value ? value->reveal() : value.error().row().name);
  }
  std::vector<KeyAlias> keys(const ContextId& context) { return loop.run(vault->list_keys(context)).value(); }
  std::vector<SecretName> secrets(const ContextId& context) {
    return loop.run(vault->list_secrets(context)).value();
  }

  static bool proves(const Jwk& key, std::string_view message, BytesView signature) {
    return crypto::verify(protocol::jose::public_key(key).value(), {bytes_of(message), signature});
  }
  template <class T>
  static ErrorCode error_of(const Result<T>& result) {
    EXPECT_FALSE(result) << "expected an error";
    return result ? ErrorCode::internal : result.error().code;
  }

  testing::RealLoop loop;
  std::unique_ptr<Place> place;
  std::unique_ptr<Vault> vault;
  const ContextId acme{"acme"};
  const ContextId globex{"did:web:globex.example%3A8080:über/all#1"};
};

TEST_P(VaultContract, a_created_key_signs_under_its_alias) {
  for (auto type : {KeyType::ed25519, KeyType::p256, KeyType::p384}) {
    const auto name = "did:web:a#" + std::string(crypto::name_of(type));
    const auto* alias = name.c_str();
    const auto key = create(acme, alias, type);
    ASSERT_TRUE(key) << key.error().message();
    EXPECT_EQ(key->crv, crypto::name_of(type));
    EXPECT_EQ(public_key(acme, alias).value(), *key);
    const auto signature = sign(acme, alias, "message").value();
    EXPECT_EQ(signature.size(), type == KeyType::p384 ? 96u : 64u);
    EXPECT_TRUE(proves(*key, "message", signature));
    EXPECT_FALSE(proves(*key, "massage", signature));
    EXPECT_TRUE(proves(*key, "", sign(acme, alias, "").value()));
  }
}

TEST_P(VaultContract, each_key_is_another) {
  const auto one = create(acme, "1").value();
  EXPECT_NE(one, create(acme, "2").value());
  EXPECT_NE(one, create(globex, "1").value());
}

TEST_P(VaultContract, an_alias_is_taken_once) {
  const auto key = create(acme, "k").value();
  EXPECT_EQ(error_of(create(acme, "k")), ErrorCode::conflict);
  EXPECT_EQ(error_of(create(acme, "k", KeyType::p256)), ErrorCode::conflict);
  auto other = loop.run(vault->export_key(acme, KeyAlias("k"))).value();
  EXPECT_EQ(error_of(loop.run(vault->import_key(acme, KeyAlias("k"), other))), ErrorCode::conflict);
  EXPECT_EQ(public_key(acme, "k").value(), key);
}

TEST_P(VaultContract, only_the_common_types_are_created) {
  for (auto type : {KeyType::p521, KeyType::rsa}) {
    EXPECT_EQ(error_of(create(acme, "k", type)), ErrorCode::invalid_input);
  }
  EXPECT_EQ(error_of(public_key(acme, "k")), ErrorCode::not_found);
}

TEST_P(VaultContract, a_key_moves_to_another_context_by_export_and_import_alone) {
  for (auto type : {KeyType::ed25519, KeyType::p256}) {
    const auto* alias = crypto::name_of(type).data();
    const auto key = create(acme, alias, type).value();
    const auto exported = loop.run(vault->export_key(acme, KeyAlias(alias))).value();
    EXPECT_EQ(loop.run(vault->import_key(globex, KeyAlias("moved " + std::string(alias)), exported)).value(),
              key);
    const auto moved = "moved " + std::string(alias);
    EXPECT_TRUE(proves(key, "m", sign(globex, moved.c_str(), "m").value()));
  }
}

TEST_P(VaultContract, keys_of_every_type_are_imported) {
  for (auto type : {KeyType::ed25519, KeyType::p256, KeyType::p384, KeyType::p521}) {
    const std::string alias(crypto::name_of(type));
    const auto key = crypto::PrivateKey::generate(type, loop.random()).value();
    const auto imported = loop.run(vault->import_key(acme, KeyAlias(alias), key)).value();
    EXPECT_EQ(imported, protocol::jose::jwk_of(key.public_key()));
    EXPECT_TRUE(proves(imported, "m", sign(acme, alias.c_str(), "m").value()));
    EXPECT_EQ(loop.run(vault->export_key(acme, KeyAlias(alias))).value().public_key(), key.public_key());
  }
}

TEST_P(VaultContract, a_destroyed_key_signs_nothing_any_more) {
  const auto before = create(acme, "k").value();
  ASSERT_TRUE(sign(acme, "k", "m"));
  ASSERT_TRUE(loop.run(vault->destroy_key(acme, KeyAlias("k"))));
  EXPECT_EQ(error_of(sign(acme, "k", "m")), ErrorCode::not_found);
  EXPECT_EQ(error_of(public_key(acme, "k")), ErrorCode::not_found);
  EXPECT_EQ(error_of(loop.run(vault->export_key(acme, KeyAlias("k")))), ErrorCode::not_found);
  const auto after = create(acme, "k").value();
  EXPECT_NE(after, before);
  EXPECT_TRUE(proves(after, "m", sign(acme, "k", "m").value()));
}

TEST_P(VaultContract, what_is_not_there_is_not_found_and_deleting_it_succeeds) {
  EXPECT_EQ(error_of(sign(acme, "k", "m")), ErrorCode::not_found);
  EXPECT_EQ(error_of(public_key(acme, "k")), ErrorCode::not_found);
  EXPECT_EQ(error_of(loop.run(vault->export_key(acme, KeyAlias("k")))), ErrorCode::not_found);
  EXPECT_EQ(get(acme, "s"), "not_found");
  EXPECT_TRUE(loop.run(vault->destroy_key(acme, KeyAlias("k"))));
  EXPECT_TRUE(loop.run(vault->delete_secret(acme, SecretName("s"))));
  EXPECT_TRUE(loop.run(vault->erase_context(acme)));
  EXPECT_TRUE(keys(acme).empty());
  EXPECT_TRUE(secrets(acme).empty());
}

TEST_P(VaultContract, a_secret_is_kept_replaced_and_deleted) {
  const std::string odd("\0\xff line\nend", 11);
  ASSERT_TRUE(put(acme, "s", "first"));
  ASSERT_TRUE(put(acme, "s", "second"));
  ASSERT_TRUE(put(acme, "odd", odd));
  EXPECT_EQ(get(acme, "s"), "second");
  EXPECT_EQ(get(acme, "odd"), odd);
  ASSERT_TRUE(loop.run(vault->delete_secret(acme, SecretName("s"))));
  EXPECT_EQ(get(acme, "s"), "not_found");
  EXPECT_EQ(get(acme, "odd"), odd);
}

TEST_P(VaultContract, keys_and_secrets_of_one_name_are_different_things) {
  create(acme, "same").value();
  ASSERT_TRUE(put(acme, "same", "secret"));
  ASSERT_TRUE(loop.run(vault->destroy_key(acme, KeyAlias("same"))));
  EXPECT_EQ(get(acme, "same"), "secret");
}

TEST_P(VaultContract, lists_are_complete_and_in_order) {
  for (const auto* name : {"b", "a/b", "Z", "ä", "a"}) {
    create(acme, name).value();
    ASSERT_TRUE(put(acme, name, "x"));
  }
  EXPECT_EQ(keys(acme),
            (std::vector{KeyAlias("Z"), KeyAlias("a"), KeyAlias("a/b"), KeyAlias("b"), KeyAlias("ä")}));
  EXPECT_EQ(secrets(acme), (std::vector{SecretName("Z"), SecretName("a"), SecretName("a/b"), SecretName("b"),
                                        SecretName("ä")}));
}

TEST_P(VaultContract, one_context_never_sees_another) {
  const auto key = create(acme, "k").value();
  ASSERT_TRUE(put(acme, "s", "of acme"));
  for (const auto& other : {globex, ContextId("acme/k"), ContextId("ACME"), ContextId("acm"),
                            ContextId("../acme"), ContextId("acme%2F"), ContextId(".")}) {
    EXPECT_EQ(error_of(sign(other, "k", "m")), ErrorCode::not_found) << other.str();
    EXPECT_EQ(get(other, "s"), "not_found") << other.str();
    EXPECT_TRUE(keys(other).empty()) << other.str();
    EXPECT_TRUE(secrets(other).empty()) << other.str();
    ASSERT_TRUE(put(other, "s", other.str()));
    ASSERT_TRUE(loop.run(vault->destroy_key(other, KeyAlias("k"))));
    EXPECT_EQ(get(other, "s"), other.str());
    ASSERT_TRUE(loop.run(vault->erase_context(other)));
  }
  EXPECT_EQ(get(acme, "s"), "of acme");
  EXPECT_EQ(public_key(acme, "k").value(), key);
}

TEST_P(VaultContract, an_erased_context_is_empty_and_may_be_used_anew) {
  const auto before = create(acme, "k").value();
  ASSERT_TRUE(put(acme, "s", "x"));
  ASSERT_TRUE(put(globex, "s", "y"));
  ASSERT_TRUE(loop.run(vault->erase_context(acme)));
  EXPECT_TRUE(keys(acme).empty());
  EXPECT_TRUE(secrets(acme).empty());
  EXPECT_EQ(error_of(sign(acme, "k", "m")), ErrorCode::not_found);
  EXPECT_NE(create(acme, "k").value(), before);
  EXPECT_EQ(get(acme, "s"), "not_found");
  EXPECT_EQ(get(globex, "s"), "y");
}

TEST_P(VaultContract, what_was_acknowledged_is_there_after_opening_again) {
  const auto key = create(acme, "k", KeyType::p256).value();
  ASSERT_TRUE(put(acme, "s", "x"));
  reopen();
  EXPECT_EQ(public_key(acme, "k").value(), key);
  EXPECT_TRUE(proves(key, "m", sign(acme, "k", "m").value()));
  EXPECT_EQ(get(acme, "s"), "x");
  ASSERT_TRUE(loop.run(vault->erase_context(acme)));
  reopen();
  EXPECT_EQ(error_of(public_key(acme, "k")), ErrorCode::not_found);
}

TEST_P(VaultContract, names_and_values_beyond_the_bounds_are_refused) {
  const std::string longest(name_bytes_max, 'n');
  EXPECT_TRUE(create(ContextId(longest), longest.c_str()));
  EXPECT_TRUE(put(ContextId(longest), longest.c_str(), std::string(secret_bytes_max, 's')));
  for (const auto& bad : {std::string(), longest + "n", std::string("a\nb"), std::string("\x80")}) {
    EXPECT_EQ(error_of(create(acme, bad.c_str())), ErrorCode::invalid_input);
    EXPECT_EQ(error_of(create(ContextId(bad), "k")), ErrorCode::invalid_input);
    EXPECT_EQ(error_of(put(acme, bad.c_str(), "x")), ErrorCode::invalid_input);
    EXPECT_EQ(error_of(sign(acme, bad.c_str(), "x")), ErrorCode::invalid_input);
    EXPECT_EQ(error_of(loop.run(vault->erase_context(ContextId(bad)))), ErrorCode::invalid_input);
    EXPECT_EQ(error_of(loop.run(vault->list_keys(ContextId(bad)))), ErrorCode::invalid_input);
  }
  EXPECT_EQ(error_of(put(acme, "s", "")), ErrorCode::invalid_input);
  EXPECT_EQ(error_of(put(acme, "s", std::string(secret_bytes_max + 1, 's'))), ErrorCode::too_large);
  create(acme, "k").value();
  EXPECT_TRUE(sign(acme, "k", std::string(message_bytes_max, 'm')));
  EXPECT_EQ(error_of(sign(acme, "k", std::string(message_bytes_max + 1, 'm'))), ErrorCode::too_large);
}

TEST_P(VaultContract, of_many_creations_of_one_alias_exactly_one_succeeds) {
  std::vector<std::optional<Result<Jwk>>> results(16);
  auto create_one = [](Vault& into, ContextId context, std::optional<Result<Jwk>>& out) -> Task<void> {
    auto created = co_await into.create_key(context, KeyAlias("k"), KeyType::ed25519);
    out = std::move(created);
  };
  async::Scope scope(loop.executor());
  for (auto& result : results) scope.spawn(create_one(*vault, acme, result));
  loop.run(scope.drain());
  int created = 0;
  for (const auto& result : results) {
    if (result->has_value()) {
      ++created;
      EXPECT_EQ(result->value(), public_key(acme, "k").value());
    } else {
      EXPECT_EQ(result->error().code, ErrorCode::conflict);
    }
  }
  EXPECT_EQ(created, 1);
}

TEST_P(VaultContract, changes_made_at_the_same_time_are_all_kept) {
  const auto beside = open();
  auto put_one = [](Vault& into, ContextId context, int number, int& done) -> Task<void> {
    const SecretName name("s" + std::to_string(number));
    auto kept = co_await into.put_secret(context, name, Secret(name.str()));
    if (kept) ++done;
  };
  int done = 0;
  async::Scope scope(loop.executor());
  for (int i = 0; i < 40; ++i)
    scope.spawn(put_one(i % 2 ? *vault : *beside, i % 4 < 2 ? acme : globex, i, done));
  loop.run(scope.drain());
  EXPECT_EQ(done, 40);
  EXPECT_EQ(secrets(acme).size(), 20u);
  EXPECT_EQ(secrets(globex).size(), 20u);
}

TEST_P(VaultContract, what_one_process_changes_the_other_sees_at_once) {
  const auto beside = open();
  for (int round = 0; round < 10; ++round) {
    const auto text = std::to_string(round);
    ASSERT_TRUE(put(acme, "s", text));
    EXPECT_EQ(loop.run(beside->get_secret(acme, SecretName("s"))).value().reveal(), text);
    const auto key = loop.run(beside->create_key(acme, KeyAlias("k"), KeyType::ed25519)).value();
    EXPECT_TRUE(proves(key, "m", sign(acme, "k", "m").value()));
    ASSERT_TRUE(loop.run(beside->destroy_key(acme, KeyAlias("k"))));
    EXPECT_EQ(error_of(sign(acme, "k", "m")), ErrorCode::not_found);
    ASSERT_TRUE(loop.run(beside->erase_context(acme)));
    EXPECT_EQ(get(acme, "s"), "not_found");
  }
}

}  // namespace kontor::platform::vault::contract
