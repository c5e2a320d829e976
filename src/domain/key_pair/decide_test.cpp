#include "domain/key_pair/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/key_pair/codec.hpp"
#include "domain/key_pair/test_keys.hpp"
#include "testing/table/word_table.hpp"

using namespace kontor;
using namespace kontor::domain::key_pair;
using namespace kontor::domain::key_pair::testing;
using kontor::protocol::did::DidDocument;

namespace {

std::map<std::string, std::optional<KeyPair>> places() {
  auto by_default = in_state(State::activated);
  by_default.is_default = true;
  auto used_for_days = in_state(State::created);
  used_for_days.use_duration = 2 * day;
  const auto due = after(in_state(State::activated), AwaitSuccessor{now + day});
  return {{"none", std::nullopt},
          {"created", in_state(State::created)},
          {"activated", in_state(State::activated)},
          {"default", by_default},
          {"warning", after(used_for_days, Activate{{.warned_before = day}})},
          {"due", due},
          {"succeeding", after(due, RotationDue{}, now + day)},
          {"rotated", in_state(State::rotated)},
          {"retired", after(in_state(State::rotated), RetirementDue{}, now + day)},
          {"revoked", in_state(State::revoked)}};
}

std::map<std::string, Event> events() {
  return {{"create", Create{.key_pair = described()}},
          {"activate", Activate{}},
          {"drop_default", DropDefault{}},
          {"signs", Signs{now + 2 * day}},
          {"rotate", Rotate{.overlap = day}},
          {"await_successor", AwaitSuccessor{now + 2 * day}},
          {"warning_due", RotationWarningDue{}},
          {"rotation_due", RotationDue{}},
          {"succession_failed", SuccessionFailed{}},
          {"revoke", Revoke{}},
          {"retirement_due", RetirementDue{}}};
}

/// The next state and the first letter of each effect: P publish, D destroy, F find a successor.
std::string outcome(const std::optional<KeyPair>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now + day);
  if (!decision && decision.error().code == ErrorCode::illegal_transition) return "illegal";
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "silently";
  auto text = std::string(state_codes.name(decision->next.state));
  for (const auto& effect : decision->effects) {
    const bool publish = std::holds_alternative<PublishDidDocument>(effect);
    text += publish ? "+P" : std::holds_alternative<DestroyPrivateKey>(effect) ? "+D" : "+F";
  }
  return text;
}

}  // namespace

TEST(KeyPair, every_event_has_one_outcome_in_every_state) {
  auto table = kontor::testing::word_table(R"(
            create       activate     drop_default  signs      revoke       retirement_due
none        ACTIVATED+P  not_found    not_found     not_found  not_found    not_found
created     conflict     ACTIVATED+P  same          illegal    REVOKED+D    same
activated   conflict     same         same          silently   REVOKED+D+P  same
default     conflict     same         ACTIVATED     silently   REVOKED+D+P  same
warning     conflict     same         same          silently   REVOKED+D+P  same
due         conflict     same         same          silently   REVOKED+D+P  same
succeeding  conflict     same         same          silently   REVOKED+D+P  same
rotated     conflict     illegal      same          illegal    REVOKED+P    ROTATED+P
retired     conflict     illegal      same          illegal    REVOKED+P    same
revoked     conflict     illegal      same          illegal    illegal      same
)");
  const auto rotations = kontor::testing::word_table(R"(
            rotate       await_successor  warning_due  rotation_due  succession_failed
none        not_found    not_found        not_found    not_found     not_found
created     illegal      illegal          same         same          same
activated   ROTATED+D+P  ACTIVATED        same         same          same
default     ROTATED+D+P  ACTIVATED        same         same          same
warning     ROTATED+D+P  ACTIVATED        ACTIVATED    same          same
due         ROTATED+D+P  ACTIVATED        same         ACTIVATED+F   same
succeeding  ROTATED+D+P  ACTIVATED        same         same          ACTIVATED
rotated     illegal      illegal          same         same          same
retired     illegal      illegal          same         same          same
revoked     illegal      illegal          same         same          same
)");
  for (const auto& [place, outcomes] : rotations) table[place].insert(outcomes.begin(), outcomes.end());
  for (const auto& [place, key_pair] : places()) {
    for (const auto& [name, event] : events()) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(key_pair, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

TEST(KeyPair, a_public_key_that_cannot_be_used_is_refused) {
  auto key_pair = described();
  key_pair.public_key.x = "AAAA";
  EXPECT_EQ(decide(nullptr, Create{.key_pair = key_pair}, now).error().code, ErrorCode::invalid_input);
}

TEST(KeyPair, a_key_pair_without_a_usage_is_refused) {
  auto key_pair = described();
  key_pair.usages.clear();
  EXPECT_EQ(decide(nullptr, Create{.key_pair = key_pair}, now).error().code, ErrorCode::invalid_input);
}

TEST(KeyPair, only_active_and_overlapping_keys_stand_in_the_document) {
  std::vector<KeyPair> all;
  for (const auto& [place, key_pair] : places()) {
    if (!key_pair) continue;
    all.push_back(*key_pair);
    all.back().key_id = place;
  }
  std::vector<std::string> ids;
  for (const auto& key : document_at(all).verification_methods) ids.push_back(key.id);
  std::vector<std::string> expected;
  for (const char* place : {"activated", "default", "due", "rotated", "succeeding", "warning"})
    expected.push_back(owner.str() + "#" + place);
  EXPECT_EQ(ids, expected);
}

TEST(KeyPair, a_verification_method_id_stands_once_in_the_document) {
  auto old = in_state(State::rotated);
  auto successor = in_state(State::activated);
  successor.activated_at = now + std::chrono::seconds(5);
  successor.public_key.x = other_x;
  const std::vector both{successor, old};
  auto keys = document_at(both).verification_methods;
  ASSERT_EQ(keys.size(), 1u);
  EXPECT_EQ(keys[0].key->x, other_x);
}

TEST(KeyPair, usages_become_the_relationships_of_the_protocol) {
  const auto document_of = [](std::vector<Usage> usages) {
    auto key_pair = in_state(State::activated);
    key_pair.usages = std::move(usages);
    return document_at({key_pair});
  };
  const std::vector<std::string> none;
  const std::vector one{owner.str() + "#key-1"};
  auto credentials = document_of({Usage::sign_credentials});
  EXPECT_EQ(credentials.assertion_method, one);
  EXPECT_EQ(credentials.authentication, none);
  EXPECT_EQ(credentials.capability_invocation, none);
  EXPECT_EQ(document_of({Usage::sign_presentation}).authentication, one);
  auto tokens = document_of({Usage::sign_token});
  EXPECT_EQ(tokens.authentication, one);
  EXPECT_EQ(tokens.capability_invocation, one);
  EXPECT_EQ(tokens.assertion_method, none);
}

TEST(KeyPair, services_of_the_document_stay_when_its_keys_change) {
  DidDocument document;
  document.id = owner;
  document.services.push_back(
      {.id = "cs", .type = "CredentialService", .endpoint = "https://hub.example/acme"});
  auto written = with_keys(document, std::vector{in_state(State::activated)}, now);
  EXPECT_EQ(written.services.size(), 1u);
  ASSERT_EQ(written.verification_methods.size(), 1u);
  EXPECT_EQ(written.verification_methods[0].controller, owner);
  EXPECT_EQ(written.verification_methods[0].type, "JsonWebKey2020");
  EXPECT_EQ(written.verification_methods[0].key->kid, owner.str() + "#key-1");
}

TEST(KeyPair, a_key_id_is_always_published_as_an_absolute_url) {
  auto key_pair = described();
  for (const auto* id : {"key-1", "#key-1", "did:web:hub.example%3A7083:acme#key-1"}) {
    key_pair.key_id = id;
    EXPECT_EQ(verification_method_id(key_pair, owner), owner.str() + "#key-1");
  }
}

TEST(KeyPair, no_order_of_commands_lets_a_key_sign_again_or_be_the_default_after_its_end) {
  std::vector<Event> commands;
  for (const auto& [name, event] : events()) commands.push_back(event);
  EXPECT_TRUE(rc::check([&](const std::vector<std::uint8_t>& order, bool activate, bool is_default) {
    const Create create{.key_pair = described(), .activate = activate, .make_default = is_default};
    auto key_pair = decide(nullptr, create, now)->next;
    auto moment = now;
    std::size_t destroyed = 0;
    for (auto pick : order) {
      moment += std::chrono::hours(7);
      auto decision = decide(&key_pair, commands[pick % commands.size()], moment);
      if (!decision) continue;
      RC_ASSERT(state_codes.code(decision->next.state) >= state_codes.code(key_pair.state));
      for (const auto& effect : decision->effects)
        destroyed += std::holds_alternative<DestroyPrivateKey>(effect);
      key_pair = decision->next;
      const bool signs = key_pair.state == State::created || key_pair.state == State::activated;
      RC_ASSERT(destroyed == (signs ? 0u : 1u));
      RC_ASSERT(signs || !key_pair.is_default);
      RC_ASSERT(key_pair.state != State::revoked ||
                document_at({key_pair}, moment).verification_methods.empty());
    }
  }));
}

TEST(KeyPair, the_stored_form_keeps_everything) {
  for (const auto& [place, key_pair] : places()) {
    if (!key_pair) continue;
    EXPECT_EQ(Machine::decode(Machine::encode(*key_pair), 1).value(), *key_pair) << place;
  }
}

TEST(KeyPair, the_stored_form_is_this) {
  EXPECT_EQ(
      Machine::encode(in_state(State::rotated)),
      R"({"id":"key-1","keyId":"did:web:hub.example%3A7083:acme#key-1","groupName":"",)"
      R"("keyContext":"JsonWebKey2020","publicKeyJwk":{"kty":"OKP","crv":"Ed25519",)"
      R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},)"
      R"("privateKeyAlias":"key-1-alias","usage":["sign_credentials","sign_presentation","sign_token"],)"
      R"("defaultPair":false,"useDuration":15552000000,"state":"ROTATED",)"
      R"("activatedAt":"2027-01-15T08:00:00Z","signsFrom":"2027-01-15T08:00:00Z",)"
      R"("signedUntil":"2027-01-15T08:00:00Z","succession":false,"rotationDuration":86400000,)"
      R"("retiresAt":"2027-01-16T08:00:00Z","retired":false})");
}

TEST(KeyPair, effects_survive_the_outbox) {
  for (const Effect& effect :
       {Effect{PublishDidDocument{}}, Effect{DestroyPrivateKey{"alias"}}, Effect{FindSuccessor{}}})
    EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(effect)).value(), effect);
  for (const Effect& effect : {Effect{PublishDidDocument{}}, Effect{DestroyPrivateKey{"alias"}}})
    EXPECT_FALSE(Machine::failed(effect, Error{ErrorCode::internal, "", {}, {}}));
}
