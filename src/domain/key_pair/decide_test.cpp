#include "domain/key_pair/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/key_pair/codec.hpp"

using namespace kontor;
using namespace kontor::domain::key_pair;
using kontor::protocol::did::DidDocument;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
const Did owner{"did:web:hub.example%3A7083:acme"};
constexpr auto day = std::chrono::hours(24);
/// The public keys of RFC 8032 §7.1, tests 1 and 2.
const std::string key_x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const std::string other_x = "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw";

KeyPair described(std::string id = "key-1") {
  return {.id = KeyPairId{id},
          .key_id = owner.str() + "#" + id,
          .public_key = {.kty = "OKP", .crv = "Ed25519", .x = key_x},
          .private_key_alias = id + "-alias",
          .usages = {Usage::sign_credentials, Usage::sign_presentation, Usage::sign_token}};
}

KeyPair after(const KeyPair& key_pair, const Event& event, Instant moment = now) {
  return decide(&key_pair, event, moment).value().next;
}

KeyPair in_state(State state) {
  auto created = decide(nullptr, Create{.key_pair = described(), .activate = false}, now).value().next;
  switch (state) {
    case State::created:
      return created;
    case State::activated:
      return after(created, Activate{});
    case State::rotated:
      return after(after(created, Activate{}), Rotate{.overlap = day});
    case State::revoked:
      return after(created, Revoke{});
  }
  return created;
}

std::map<std::string, std::optional<KeyPair>> places() {
  auto by_default = in_state(State::activated);
  by_default.is_default = true;
  return {{"none", std::nullopt},
          {"created", in_state(State::created)},
          {"activated", in_state(State::activated)},
          {"default", by_default},
          {"rotated", in_state(State::rotated)},
          {"retired", after(in_state(State::rotated), RetirementDue{}, now + day)},
          {"revoked", in_state(State::revoked)}};
}

std::map<std::string, Event> events() {
  return {{"create", Create{.key_pair = described()}},
          {"activate", Activate{}},
          {"drop_default", DropDefault{}},
          {"rotate", Rotate{.overlap = day}},
          {"revoke", Revoke{}},
          {"retirement_due", RetirementDue{}}};
}

DidDocument document_at(const std::vector<KeyPair>& key_pairs, Instant moment = now) {
  DidDocument document;
  document.id = owner;
  return with_keys(std::move(document), key_pairs, moment);
}

/// The next state and the first letter of each effect: P publish, D destroy.
std::string outcome(const std::optional<KeyPair>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now + day);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "changed silently";
  auto text = std::string(state_codes.name(decision->next.state));
  for (const auto& effect : decision->effects) {
    text += std::holds_alternative<PublishDidDocument>(effect) ? "+P" : "+D";
  }
  return text;
}

}  // namespace

TEST(KeyPair, every_event_has_one_outcome_in_every_state) {
  const std::map<std::string, std::map<std::string, std::string>> table{
      {"none",
       {{"create", "ACTIVATED+P"},
        {"activate", "not_found"},
        {"drop_default", "not_found"},
        {"rotate", "not_found"},
        {"revoke", "not_found"},
        {"retirement_due", "not_found"}}},
      {"created",
       {{"create", "conflict"},
        {"activate", "ACTIVATED+P"},
        {"drop_default", "same"},
        {"rotate", "illegal_transition"},
        {"revoke", "REVOKED+D"},
        {"retirement_due", "same"}}},
      {"activated",
       {{"create", "conflict"},
        {"activate", "same"},
        {"drop_default", "same"},
        {"rotate", "ROTATED+D+P"},
        {"revoke", "REVOKED+D+P"},
        {"retirement_due", "same"}}},
      {"default",
       {{"create", "conflict"},
        {"activate", "same"},
        {"drop_default", "ACTIVATED"},
        {"rotate", "ROTATED+D+P"},
        {"revoke", "REVOKED+D+P"},
        {"retirement_due", "same"}}},
      {"rotated",
       {{"create", "conflict"},
        {"activate", "illegal_transition"},
        {"drop_default", "same"},
        {"rotate", "illegal_transition"},
        {"revoke", "REVOKED+P"},
        {"retirement_due", "ROTATED+P"}}},
      {"retired",
       {{"create", "conflict"},
        {"activate", "illegal_transition"},
        {"drop_default", "same"},
        {"rotate", "illegal_transition"},
        {"revoke", "REVOKED+P"},
        {"retirement_due", "same"}}},
      {"revoked",
       {{"create", "conflict"},
        {"activate", "illegal_transition"},
        {"drop_default", "same"},
        {"rotate", "illegal_transition"},
        {"revoke", "illegal_transition"},
        {"retirement_due", "same"}}},
  };
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

TEST(KeyPair, a_rotated_key_verifies_until_its_overlap_is_over_and_then_leaves) {
  const std::vector rotated{in_state(State::rotated)};
  EXPECT_EQ(Machine::due_at(rotated[0]), now + day);
  EXPECT_EQ(document_at(rotated, now + day - std::chrono::seconds(1)).verification_methods.size(), 1u);
  EXPECT_TRUE(document_at(rotated, now + day).verification_methods.empty());
  EXPECT_EQ(Machine::due_at(after(rotated[0], RetirementDue{}, now + day)), std::nullopt);
}

TEST(KeyPair, a_retirement_that_comes_early_changes_nothing) {
  auto rotated = in_state(State::rotated);
  EXPECT_EQ(after(rotated, RetirementDue{}, now), rotated);
}

TEST(KeyPair, a_rotation_without_overlap_leaves_the_document_at_once) {
  auto rotated = after(in_state(State::activated), Rotate{.overlap = std::chrono::milliseconds(0)});
  EXPECT_TRUE(rotated.retired);
  EXPECT_EQ(Machine::due_at(rotated), std::nullopt);
  auto active = in_state(State::activated);
  EXPECT_EQ(decide(&active, Rotate{.overlap = std::chrono::milliseconds(-1)}, now).error().code,
            ErrorCode::invalid_input);
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
  EXPECT_EQ(ids, (std::vector<std::string>{owner.str() + "#activated", owner.str() + "#default",
                                           owner.str() + "#rotated"}));
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

TEST(KeyPair, the_default_key_signs_then_the_newest) {
  auto older = in_state(State::activated);
  auto newer = older;
  newer.id = KeyPairId{"key-2"};
  newer.activated_at = now + day;
  EXPECT_EQ(signing_key(std::vector{older, newer}, Usage::sign_token).value().id, newer.id);
  older.is_default = true;
  EXPECT_EQ(signing_key(std::vector{older, newer}, Usage::sign_token).value().id, older.id);
  newer.is_default = true;
  EXPECT_EQ(signing_key(std::vector{older, newer}, Usage::sign_token).value().id, newer.id);
}

TEST(KeyPair, a_key_that_is_not_active_never_signs) {
  for (auto state : {State::created, State::rotated, State::revoked}) {
    EXPECT_EQ(signing_key(std::vector{in_state(state)}, Usage::sign_token).error().code,
              ErrorCode::not_found);
  }
  auto tokens_only = in_state(State::activated);
  tokens_only.usages = {Usage::sign_token};
  EXPECT_FALSE(signing_key(std::vector{tokens_only}, Usage::sign_credentials));
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
      R"("activatedAt":"2027-01-15T08:00:00Z","rotationDuration":86400000,)"
      R"("retiresAt":"2027-01-16T08:00:00Z","retired":false})");
}

TEST(KeyPair, effects_survive_the_outbox) {
  for (const Effect& effect : {Effect{PublishDidDocument{}}, Effect{DestroyPrivateKey{"alias"}}}) {
    EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(effect)).value(), effect);
    EXPECT_FALSE(Machine::failed(effect, Error{ErrorCode::internal, "", {}, {}}));
  }
}
