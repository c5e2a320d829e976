#include "domain/did_control/decide.hpp"

#include <gtest/gtest.h>

#include "domain/did_control/codec.hpp"
#include "testing/table/word_table.hpp"

using namespace kontor;
using namespace kontor::domain::did_control;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
const Did acme("did:web:acme.example");

Control after(const std::optional<Control>& before, const Event& event, Instant at = now) {
  return decide(before ? &*before : nullptr, event, at).value().next;
}
Control asked(std::size_t times = 1, Instant at = now) {
  std::optional<Control> control;
  for (std::size_t i = 1; i <= times; ++i) control = after(control, Ask{acme, std::to_string(i)}, at);
  return *control;
}
Control tried(std::size_t times) {
  auto control = asked();
  for (std::size_t i = 0; i < times; ++i) control = after(control, Try{});
  return control;
}
Control proven() {
  return after(asked(), Prove{"1", "did:web:acme.example#key-1"});
}

/// Every place that a proof can be in, by name; "none" is before it exists.
std::map<std::string, std::optional<Control>> places() {
  return {{"none", std::nullopt},
          {"asked", asked()},
          {"expired", asked(challenges_max, now - challenge_time)},
          {"full", asked(challenges_max)},
          {"tired", tried(tries_max)},
          {"refused", after(asked(), Refuse{"because"})},
          {"proven", proven()}};
}

std::string outcome(const std::optional<Control>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  return decision->happened.empty() ? "silently"
                                    : decision->happened.front().substr(sizeof("did.control.") - 1);
}

}  // namespace

TEST(DidControl, every_event_has_one_outcome_in_every_place) {
  const auto table = kontor::testing::word_table(R"(
          ask                 try                 refuse              prove
none      asked               not_found           not_found           not_found
asked     asked               silently            refused             proven
expired   asked               silently            refused             forbidden
full      too_many_requests   silently            refused             proven
tired     asked               too_many_requests   refused             proven
refused   asked               silently            refused             proven
proven    illegal_transition  illegal_transition  illegal_transition  illegal_transition
)");
  const std::map<std::string, Event> events{{"ask", Ask{acme, "another"}},
                                            {"try", Try{}},
                                            {"refuse", Refuse{"because"}},
                                            {"prove", Prove{"1", "did:web:acme.example#key-1"}}};
  for (const auto& [place, control] : places()) {
    for (const auto& [name, event] : events)
      EXPECT_EQ(outcome(control, event), table.at(place).at(name)) << name << " while " << place;
  }
}

TEST(DidControl, a_challenge_serves_until_it_expires_and_no_other_nonce_does) {
  const auto control = asked(2);
  EXPECT_TRUE(open_challenge(control, "2", now));
  EXPECT_FALSE(open_challenge(control, "3", now));
  EXPECT_FALSE(open_challenge(control, "2", now + challenge_time));
  EXPECT_EQ(open_count(control, now), 2u);
  EXPECT_EQ(decide(&control, Prove{"3", "k"}, now).error().code, ErrorCode::forbidden);
}

TEST(DidControl, a_proof_ends_all_challenges) {
  const auto control = after(asked(3), Prove{"2", "did:web:acme.example#key-1"});
  EXPECT_TRUE(control.challenges.empty());
  EXPECT_EQ(control.proof->key_id, "did:web:acme.example#key-1");
  EXPECT_EQ(control.proof->at, now);
}

TEST(DidControl, tries_are_bounded_in_a_time_and_free_again_after_it) {
  const auto control = tried(tries_max);
  EXPECT_EQ(decide(&control, Try{}, now + tries_time - std::chrono::seconds(1)).error().code,
            ErrorCode::too_many_requests);
  EXPECT_EQ(after(control, Try{}, now + tries_time).tries.size(), 1u);
}

TEST(DidControl, a_refusal_tells_the_audit_why_within_bounds) {
  const auto control = after(asked(), Refuse{std::string(2 * reason_bytes_max, 'x')});
  EXPECT_EQ(control.last_refusal.size(), reason_bytes_max);
  const auto between = after(asked(), Refuse{"x" + std::string(reason_bytes_max - 2, 'x') + "é"});
  EXPECT_EQ(between.last_refusal, std::string(reason_bytes_max - 1, 'x')) << "no part of a character";
  EXPECT_TRUE(Machine::decode(Machine::encode(between), 1));
  EXPECT_EQ(Machine::event_body(after(asked(), Refuse{"because"}), "did.control.refused"),
            R"({"did":"did:web:acme.example","reason":"because"})");
  EXPECT_EQ(Machine::event_body(proven(), "did.control.proven"),
            R"({"did":"did:web:acme.example","keyId":"did:web:acme.example#key-1"})");
}

TEST(DidControl, what_is_stored_is_read_back) {
  for (const auto& [place, control] : places()) {
    if (control) EXPECT_EQ(Machine::decode(Machine::encode(*control), 1).value(), *control) << place;
  }
}
