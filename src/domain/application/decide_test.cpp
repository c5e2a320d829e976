#include "domain/application/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

#include "domain/application/codec.hpp"

using namespace kontor;
using namespace kontor::domain::application;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
const Did acme{"did:web:acme.example"};
const ActorId alice{"alice@acme"};
const ActorId rita{"rita@governance"};
const ActorId robert{"robert@governance"};
const std::string digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Statement statement() {
  return {.holder_name = "Acme Ltd",
          .credential_type = "MembershipCredential",
          .properties = {{"country", "DE"}},
          .documents = {{.name = "register.pdf",
                         .reference = "https://files.example/1",
                         .media_type = "application/pdf",
                         .sha256 = digest}}};
}

Submit submission() {
  return {.id = ApplicationId{"application-1"}, .applicant = acme, .statement = statement(), .by = alice};
}

Application after(const Application& application, const Event& event) {
  return decide(&application, event, now).value().next;
}

Application in_state(State state) {
  auto submitted = decide(nullptr, submission(), now).value().next;
  switch (state) {
    case State::submitted:
      return submitted;
    case State::in_review:
      return after(submitted, StartReview{rita});
    case State::changes_requested:
      return after(in_state(State::in_review), RequestChanges{rita, "name the country"});
    case State::approved:
      return after(in_state(State::in_review), Approve{rita, "complete"});
    case State::rejected:
      return after(in_state(State::in_review), Reject{rita, "not a legal person"});
    case State::withdrawn:
      return after(submitted, Withdraw{alice, "later"});
  }
  return submitted;
}

constexpr State all_states[] = {State::submitted, State::in_review, State::changes_requested,
                                State::approved,  State::rejected,  State::withdrawn};

std::map<std::string, std::optional<Application>> places() {
  std::map<std::string, std::optional<Application>> all{{"none", std::nullopt}};
  for (auto state : all_states) all.emplace(std::string(name_of(state)), in_state(state));
  return all;
}

std::map<std::string, Event> events() {
  return {{"submit", submission()},
          {"start_review", StartReview{robert}},
          {"request_changes", RequestChanges{robert, "sign it"}},
          {"resubmit", Resubmit{alice, statement(), "done"}},
          {"approve", Approve{robert, ""}},
          {"reject", Reject{robert, "incomplete"}},
          {"withdraw", Withdraw{alice, ""}}};
}

std::string outcome(const std::optional<Application>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "changed silently";
  return std::string(name_of(decision->next.state));
}

}  // namespace

TEST(Application, every_event_has_one_outcome_in_every_state) {
  constexpr auto illegal = "illegal_transition";
  const std::map<std::string, std::string> final{
      {"submit", "conflict"}, {"start_review", illegal}, {"request_changes", illegal}, {"resubmit", illegal},
      {"approve", illegal},   {"reject", illegal},       {"withdraw", illegal}};
  const std::map<std::string, std::map<std::string, std::string>> table{
      {"none",
       {{"submit", "submitted"},
        {"start_review", "not_found"},
        {"request_changes", "not_found"},
        {"resubmit", "not_found"},
        {"approve", "not_found"},
        {"reject", "not_found"},
        {"withdraw", "not_found"}}},
      {"submitted",
       {{"submit", "same"},
        {"start_review", "in_review"},
        {"request_changes", "changes_requested"},
        {"resubmit", illegal},
        {"approve", "approved"},
        {"reject", "rejected"},
        {"withdraw", "withdrawn"}}},
      {"in_review",
       {{"submit", "conflict"},
        {"start_review", "in_review"},
        {"request_changes", "changes_requested"},
        {"resubmit", illegal},
        {"approve", "approved"},
        {"reject", "rejected"},
        {"withdraw", "withdrawn"}}},
      {"changes_requested",
       {{"submit", "conflict"},
        {"start_review", illegal},
        {"request_changes", illegal},
        {"resubmit", "submitted"},
        {"approve", illegal},
        {"reject", "rejected"},
        {"withdraw", "withdrawn"}}},
      {"approved", final},
      {"rejected", final},
      {"withdrawn", final},
  };
  for (const auto& [place, application] : places()) {
    for (const auto& [name, event] : events()) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(application, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

TEST(Application, history_tells_who_did_what_when_and_why) {
  auto application = in_state(State::changes_requested);
  ASSERT_EQ(application.history.size(), 3u);
  EXPECT_EQ(application.history[0], (HistoryEntry{now, alice, Action::submit, ""}));
  EXPECT_EQ(application.history[1], (HistoryEntry{now, rita, Action::start_review, ""}));
  EXPECT_EQ(application.history[2], (HistoryEntry{now, rita, Action::request_changes, "name the country"}));
}

TEST(Application, nobody_decides_about_an_application_of_ones_own) {
  auto own = in_state(State::in_review);
  EXPECT_EQ(decide(&own, Approve{alice, ""}, now).error().code, ErrorCode::forbidden);
  EXPECT_EQ(decide(&own, Reject{alice, "no"}, now).error().code, ErrorCode::forbidden);
  auto resubmitted = after(in_state(State::changes_requested), Resubmit{robert, statement(), ""});
  EXPECT_EQ(decide(&resubmitted, Approve{robert, ""}, now).error().code, ErrorCode::forbidden);
}

TEST(Application, a_refusal_and_a_request_for_changes_say_why) {
  auto in_review = in_state(State::in_review);
  EXPECT_EQ(decide(&in_review, Reject{rita, ""}, now).error().pointer, "/comment");
  EXPECT_EQ(decide(&in_review, RequestChanges{rita, ""}, now).error().pointer, "/comment");
}

TEST(Application, another_reviewer_can_take_over) {
  auto taken = after(in_state(State::in_review), StartReview{robert});
  EXPECT_EQ(taken.reviewer, robert);
}

TEST(Application, what_is_resubmitted_replaces_the_statement) {
  auto changed = statement();
  changed.properties["country"] = "FR";
  auto application = after(in_state(State::changes_requested), Resubmit{alice, changed, "moved"});
  EXPECT_EQ(application.statement, changed);
  EXPECT_EQ(application.state, State::submitted);
}

TEST(Application, what_is_stated_anew_is_kept_or_refused_and_never_dropped) {
  auto changed = statement();
  changed.properties["country"] = "FR";
  const auto again = after(in_state(State::changes_requested), Resubmit{alice, statement(), ""});
  EXPECT_EQ(after(again, Resubmit{alice, statement(), ""}), again) << "the same once more";
  const auto another = decide(&again, Resubmit{alice, changed, ""}, now);
  ASSERT_FALSE(another);
  EXPECT_EQ(another.error().code, ErrorCode::illegal_transition);
}

TEST(Application, an_incomplete_or_unbounded_statement_is_refused) {
  const auto pointer_of = [](auto&& spoil) {
    auto event = submission();
    spoil(event.statement);
    auto decision = decide(nullptr, event, now);
    return decision ? std::string("accepted") : decision.error().pointer;
  };
  EXPECT_EQ(pointer_of([](Statement& one) { one.holder_name.clear(); }), "/holderName");
  EXPECT_EQ(pointer_of([](Statement& one) { one.credential_type.clear(); }), "/credentialType");
  EXPECT_EQ(pointer_of([](Statement& one) { one.documents[0].reference.clear(); }), "/documents/0/reference");
  EXPECT_EQ(pointer_of([](Statement& one) { one.documents.resize(51, one.documents[0]); }), "/documents");
  EXPECT_EQ(pointer_of([](Statement& one) { one.holder_name.assign(8193, 'x'); }), "/holderName");
  EXPECT_EQ(pointer_of([](Statement&) {}), "accepted");
}

TEST(Application, a_document_is_named_by_an_absolute_uri_and_its_digest) {
  const auto pointer_of = [](const std::string& reference, const std::string& sha256) {
    auto event = submission();
    event.statement.documents[0].reference = reference;
    event.statement.documents[0].sha256 = sha256;
    auto decision = decide(nullptr, event, now);
    return decision ? std::string("accepted") : decision.error().pointer;
  };
  for (const char* reference : {"https://files.example/1?a=b#c", "urn:uuid:1", "s3://bucket/key"}) {
    EXPECT_EQ(pointer_of(reference, digest), "accepted") << reference;
  }
  for (const char* reference :
       {"", "register.pdf", "/files/1", "https:", ":x", "1a:x", "https://a b", "a_b:c"}) {
    EXPECT_EQ(pointer_of(reference, digest), "/documents/0/reference") << reference;
  }
  const std::string upper = "E" + digest.substr(1);
  for (const auto& sha256 : {std::string(), digest.substr(1), digest + "0", upper, std::string(64, 'g')}) {
    EXPECT_EQ(pointer_of("urn:x:y", sha256), "/documents/0/sha256") << sha256;
  }
}

TEST(Application, only_an_approved_application_authorises_its_holder_and_type) {
  for (auto state : all_states) {
    auto application = in_state(state);
    EXPECT_EQ(authorises(application, acme, "MembershipCredential"), state == State::approved);
    EXPECT_EQ(approved_claims(application).has_value(), state == State::approved);
  }
  auto approved = in_state(State::approved);
  EXPECT_FALSE(authorises(approved, Did{"did:web:other.example"}, "MembershipCredential"));
  EXPECT_FALSE(authorises(approved, acme, "OtherCredential"));
}

TEST(Application, approving_issues_nothing) {
  auto in_review = in_state(State::in_review);
  EXPECT_TRUE(decide(&in_review, Approve{rita, ""}, now).value().effects.empty());
}

TEST(Application, the_claims_of_an_approval_cannot_be_forged_by_the_applicant) {
  auto event = submission();
  event.statement.properties["id"] = "did:web:somebody.else";
  event.statement.properties["approvedAt"] = "1970-01-01T00:00:00Z";
  auto submitted = decide(nullptr, event, now).value().next;
  auto claims = approved_claims(after(submitted, Approve{rita, ""})).value();
  EXPECT_EQ(json::serialize(claims),
            R"({"country":"DE","id":"did:web:acme.example","approvedAt":"2027-01-15T08:00:00Z",)"
            R"("name":"Acme Ltd","credentialType":"MembershipCredential","applicationId":"application-1"})");
}

TEST(Application, no_order_or_duplication_of_actions_leaves_a_final_state_or_approves_without_a_reviewer) {
  std::vector<Event> actions;
  for (const auto& [name, event] : events()) actions.push_back(event);
  EXPECT_TRUE(rc::check([&](const std::vector<std::uint8_t>& order) {
    auto application = decide(nullptr, submission(), now)->next;
    for (auto pick : order) {
      auto decision = decide(&application, actions[pick % actions.size()], now);
      if (!decision) continue;
      RC_ASSERT(!Machine::ended(application) || decision->next == application);
      RC_ASSERT(decision->happened.empty() == (decision->next == application));
      RC_ASSERT(decision->next.history.size() == application.history.size() + decision->happened.size());
      application = decision->next;
      RC_ASSERT(application.state != State::approved || application.reviewer == robert);
    }
  }));
}

TEST(Application, an_action_that_comes_twice_at_once_changes_nothing_the_second_time) {
  for (const auto& [place, application] : places()) {
    for (const auto& [name, event] : events()) {
      auto first = decide(application ? &*application : nullptr, event, now);
      if (!first) continue;
      auto second = decide(&first->next, event, now + std::chrono::seconds(1));
      ASSERT_TRUE(second) << place << " × " << name;
      EXPECT_TRUE(second->happened.empty()) << place << " × " << name;
    }
  }
}

TEST(Application, the_stored_form_keeps_everything) {
  for (auto state : all_states) {
    auto application = in_state(state);
    EXPECT_EQ(Machine::decode(Machine::encode(application), 1).value(), application);
  }
}

/// What comes in one request may be a mebibyte, and its history comes to it.
TEST(Application, the_stored_form_keeps_the_largest_statement) {
  auto large = submission();
  large.statement.properties["much"] = std::string(1'048'000, 'x');
  const auto submitted = decide(nullptr, large, now).value().next;
  const auto application = after(submitted, RequestChanges{rita, std::string(8000, 'y')});
  const auto again = Machine::decode(Machine::encode(application), 1);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(*again, application);
}

TEST(Application, the_stored_form_is_this) {
  EXPECT_EQ(Machine::encode(in_state(State::in_review)),
            R"({"id":"application-1","applicant":"did:web:acme.example","holderName":"Acme Ltd",)"
            R"("credentialType":"MembershipCredential","properties":{"country":"DE"},"documents":[{)"
            R"("name":"register.pdf","reference":"https://files.example/1","mediaType":"application/pdf",)"
            R"("sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}],)"
            R"("state":"in_review","reviewer":"rita@governance","history":[{)"
            R"("at":"2027-01-15T08:00:00Z","by":"alice@acme","action":"submit","comment":""},{)"
            R"("at":"2027-01-15T08:00:00Z","by":"rita@governance","action":"start_review","comment":""}]})");
}

TEST(Application, a_stored_form_without_history_is_refused) {
  EXPECT_FALSE(Machine::decode(R"({"id":"a","applicant":"did:web:a","holderName":"A","credentialType":"T",)"
                               R"("state":"submitted","history":[]})",
                               1));
}
