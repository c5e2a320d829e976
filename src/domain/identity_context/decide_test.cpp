#include "domain/identity_context/decide.hpp"

#include <gtest/gtest.h>

#include <map>

#include "domain/identity_context/codec.hpp"
#include "testing/table/word_table.hpp"

using namespace kontor;
using namespace kontor::domain::identity_context;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);

IdentityContext described() {
  IdentityContext context;
  context.id = ContextId("acme");
  context.did = Did("did:web:example.org:acme");
  context.services = {{"#one", "Example", "https://example.org"}};
  context.scopes = {"identity-api:read"};
  context.properties = {{"name", "Acme"}};
  context.attempt = "first";
  return context;
}

Decision decided(const IdentityContext* current, const Event& event, Instant at = now) {
  return decide(current, event, at).value();
}
IdentityContext after(const IdentityContext& current, const Event& event, Instant at = now) {
  return decided(&current, event, at).next;
}
IdentityContext creating() {
  return decided(nullptr, Begin{described()}).next;
}
IdentityContext active() {
  return after(creating(), Complete{"first", true});
}
IdentityContext deleted() {
  return after(after(active(), Delete{}), Erased{});
}
ServiceChange change(ServiceChange::Kind kind, std::string id) {
  return {kind, {std::move(id), "Example", "https://example.org/other"}};
}

/// Every place a context can be in, by name; "none" is before it exists.
std::map<std::string, std::optional<IdentityContext>> places() {
  return {{"none", std::nullopt},
          {"creating", creating()},
          {"created", after(creating(), Complete{"first", false})},
          {"active", active()},
          {"inactive", after(active(), SetActive{false})},
          {"discarding", after(creating(), Discard{"first"})},
          {"deleting", after(active(), Delete{})},
          {"deleted", deleted()},
          {"last_look", after(deleted(), Due{}, now + stragglers_time)}};
}

std::map<std::string, Event> events() {
  return {{"begin", Begin{described()}},
          {"complete", Complete{"first", true}},
          {"discard", Discard{"first"}},
          {"activate", SetActive{true}},
          {"deactivate", SetActive{false}},
          {"service", change(ServiceChange::Kind::add, "#two")},
          {"scopes", SetScopes{{"identity-api:write"}}},
          {"delete", Delete{}},
          {"erased", Erased{}},
          {"due", Due{}}};
}

std::string name_of(const IdentityContext& context) {
  return std::string(write(context).at("state").as_string());
}

std::string outcome(const std::optional<IdentityContext>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now + stragglers_time);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->removed) return "removed";
  if (before && decision->next == *before && decision->effects.empty()) return "same";
  return name_of(decision->next) + (decision->effects.empty() ? "" : "+erase");
}

}  // namespace

TEST(IdentityContext, every_event_has_one_outcome_in_every_state) {
  auto table = kontor::testing::word_table(R"(
            begin        complete   discard         delete          erased     due
none        CREATING     not_found  not_found       not_found       not_found  not_found
creating    unavailable  ACTIVATED  DELETING+erase  not_found       same       DELETING+erase
created     conflict     conflict   same            DELETING+erase  same       same
active      conflict     conflict   same            DELETING+erase  same       same
inactive    conflict     conflict   same            DELETING+erase  same       same
discarding  unavailable  conflict   same            not_found       removed    same
deleting    unavailable  conflict   same            same            DELETED    same
deleted     CREATING     conflict   same            not_found       same       DELETING+erase
last_look   unavailable  conflict   same            not_found       removed    same
)");
  const auto changes = kontor::testing::word_table(R"(
            activate   deactivate   service      scopes
none        not_found  not_found    not_found    not_found
creating    not_found  not_found    not_found    not_found
created     ACTIVATED  DEACTIVATED  CREATED      CREATED
active      same       DEACTIVATED  ACTIVATED    ACTIVATED
inactive    ACTIVATED  same         DEACTIVATED  DEACTIVATED
discarding  not_found  not_found    not_found    not_found
deleting    not_found  not_found    not_found    not_found
deleted     not_found  not_found    not_found    not_found
last_look   not_found  not_found    not_found    not_found
)");
  for (const auto& [place, words] : changes) table[place].insert(words.begin(), words.end());
  for (const auto& [place, context] : places()) {
    for (const auto& [name, event] : events()) {
      EXPECT_EQ(outcome(context, event), table.at(place).at(name)) << name << " while " << place;
    }
  }
}

TEST(IdentityContext, a_creation_that_does_not_end_is_removed) {
  const auto begun = creating();
  EXPECT_EQ(Machine::due_at(begun), now + creation_time_max);
  EXPECT_EQ(after(begun, Due{}, now + creation_time_max - std::chrono::seconds(1)), begun);
  const auto given_up = decided(&begun, Due{}, now + creation_time_max);
  EXPECT_EQ(given_up.effects, (std::vector<Effect>{Erase{begun.did, true}}));
  EXPECT_TRUE(decided(&given_up.next, Erased{}).removed);
  EXPECT_EQ(Machine::due_at(active()), std::nullopt);
}

TEST(IdentityContext, a_call_that_was_too_slow_neither_completes_nor_removes_the_creation_of_another) {
  auto others = described();
  others.attempt = "second";
  const auto theirs = decided(nullptr, Begin{others}).next;
  EXPECT_EQ(decide(&theirs, Complete{"first", true}, now).error().code, ErrorCode::conflict);
  EXPECT_EQ(after(theirs, Discard{"first"}), theirs);
  EXPECT_EQ(after(theirs, Complete{"second", true}).state, State::activated);
}

TEST(IdentityContext, a_deletion_looks_once_more_for_what_came_late) {
  const auto gone = deleted();
  EXPECT_EQ(Machine::due_at(gone), now + stragglers_time);
  EXPECT_TRUE(gone.services.empty() && gone.scopes.empty() && gone.properties.empty());
  const auto again = decided(&gone, Due{}, now + stragglers_time);
  EXPECT_EQ(again.effects, (std::vector<Effect>{Erase{gone.did, true}}));
  EXPECT_TRUE(decided(&again.next, Erased{}).removed);
}

TEST(IdentityContext, a_service_is_found_by_its_absolute_id_or_its_fragment) {
  using Kind = ServiceChange::Kind;
  const auto context = active();
  const auto replaced = after(context, change(Kind::replace, "did:web:example.org:acme#one"));
  ASSERT_EQ(replaced.services.size(), 1u);
  EXPECT_EQ(replaced.services[0].endpoint, "https://example.org/other");
  EXPECT_TRUE(after(context, change(Kind::remove, "#one")).services.empty());
  EXPECT_EQ(decide(&context, change(Kind::add, "#one"), now).error().code, ErrorCode::conflict);
  EXPECT_EQ(decide(&context, change(Kind::remove, "#two"), now).error().code, ErrorCode::not_found);
}

TEST(IdentityContext, a_document_has_so_many_services_and_no_more) {
  auto context = active();
  for (std::size_t i = context.services.size(); i < services_max; ++i)
    context = after(context, change(ServiceChange::Kind::add, "#service-" + std::to_string(i)));
  EXPECT_EQ(decide(&context, change(ServiceChange::Kind::add, "#more"), now).error().code,
            ErrorCode::conflict);
  const std::vector<std::string> many(scopes_max + 1, "identity-api:read");
  EXPECT_EQ(decide(&context, SetScopes{many}, now).error().code, ErrorCode::invalid_input);
}

TEST(IdentityContext, what_is_stored_is_read_back) {
  for (const auto& [place, context] : places()) {
    if (context) EXPECT_EQ(Machine::decode(Machine::encode(*context), 1).value(), *context) << place;
  }
  const Effect erase = Erase{Did("did:web:example.org:acme"), true};
  EXPECT_EQ(Machine::decode_effect(Machine::encode_effect(erase)).value(), erase);
  const auto first = R"({"id":"acme","did":"did:web:example.org:acme","state":"DEACTIVATED"})";
  EXPECT_EQ(Machine::decode(first, 1).value().state, State::deactivated);
}
