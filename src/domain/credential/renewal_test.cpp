#include <gtest/gtest.h>

#include <set>

#include "domain/credential/test_credential.hpp"

// When a credential is renewed, how often that is tried, and when its owner is told that it ends.
using namespace kontor;
using namespace kontor::domain::credential;
using namespace kontor::domain::credential::testing;

TEST(CredentialRenewal, a_credential_is_renewed_before_its_end_and_again_when_that_failed) {
  auto credential = in_state(State::issued);
  credential.renewal_scopes = {"a-scope"};
  const auto at = credential.renew_at.value();
  EXPECT_GE(at, now + day * 23);
  EXPECT_LT(at, now + day * 23 + day * 7 / 10);
  auto due = decide(&credential, Due{}, at).value();
  ASSERT_EQ(due.effects.size(), 2u);
  EXPECT_EQ(std::get<RequestRenewal>(due.effects[1]), (RequestRenewal{credential.id,
                                                                      issuer,
                                                                      dcp::CredentialObjectId{"def-1"},
                                                                      "MembershipCredential",
                                                                      vc::Format::vc1_0_jwt,
                                                                      {"a-scope"}}));
  EXPECT_EQ(Machine::decode(Machine::encode(credential), 1).value().renewal_scopes,
            credential.renewal_scopes);
  EXPECT_EQ(after(due.next, RenewalEnded{.delivered = true}, at).renew_at, std::nullopt);
  EXPECT_EQ(after(due.next, RenewalEnded{}, at).renew_at, at + renewal_delay(due.next, at));
  EXPECT_EQ(after(due.next, RenewalEnded{}, now + day * 60).renew_at, std::nullopt);
}

TEST(CredentialRenewal, a_renewal_is_tried_again_at_growing_intervals_and_sooner_where_little_time_is_left) {
  const auto least = [](std::uint32_t failed, Duration left) {
    auto credential = stored();
    credential.renewals_failed = failed;
    const auto at = *credential.credential.valid_until - left;
    const auto delay = renewal_delay(credential, at);
    for (const int bound : {1, 2, 15, 60, 120, 480, 1440}) {
      const Duration least = std::chrono::minutes(bound);
      if (delay >= least && delay < least + least / 4) return std::to_string(bound) + " min";
    }
    return std::to_string(delay.count());
  };
  EXPECT_EQ(least(0, day * 6), "60 min");
  EXPECT_EQ(least(1, day * 6), "120 min");
  EXPECT_EQ(least(3, day * 6), "480 min");
  EXPECT_EQ(least(5, day * 6), "1440 min");
  EXPECT_EQ(least(4'000'000'000, day * 6), "1440 min");
  EXPECT_EQ(least(0, std::chrono::hours(4)), "15 min");
  EXPECT_EQ(least(0, std::chrono::minutes(1)), "1 min");
  EXPECT_EQ(least(1, std::chrono::minutes(1)), "2 min");
  EXPECT_EQ(least(0, -day), "60 min");
}

TEST(CredentialRenewal, credentials_that_were_issued_together_are_not_renewed_together) {
  std::set<Instant> moments;
  std::set<Duration> delays;
  for (int i = 0; i < 100; ++i) {
    const auto credential = stored(delivery("urn:uuid:" + std::to_string(i)));
    moments.insert(*credential.renew_at);
    delays.insert(renewal_delay(credential, now));
  }
  EXPECT_GT(moments.size(), 90u);
  EXPECT_GT(*moments.rbegin() - *moments.begin(), std::chrono::hours(12))
      << "they are spread over their time";
  EXPECT_GT(delays.size(), 90u);
  EXPECT_EQ(stored().renew_at, stored().renew_at);
}

TEST(CredentialRenewal, what_was_renewed_is_left_to_end) {
  const auto failed = after(renewing(), RenewalEnded{}, now + day * 24);
  EXPECT_EQ(failed.renewals_failed, 1u);
  const auto renewed = after(failed, RenewalEnded{.delivered = true}, now + day * 24);
  EXPECT_EQ(renewed.renew_at, std::nullopt) << "an answer that came late counts";
  EXPECT_EQ(after(renewed, RenewalEnded{}, now + day * 24), renewed);
}

TEST(CredentialRenewal, its_owner_is_told_before_a_credential_ends) {
  auto event = delivery();
  event.object_id.reset();
  event.credential.statuses.clear();
  event.warn_before = {day, day * 7};
  const auto fresh = stored(event);
  EXPECT_EQ(Machine::due_at(fresh), now + day * 23);
  const auto first = decide(&fresh, Due{}, now + day * 23).value();
  EXPECT_EQ(first.happened, std::vector<std::string>{"credential.expiring"});
  EXPECT_EQ(Machine::due_at(first.next), now + day * 29);
  const auto second = decide(&first.next, Due{}, now + day * 29).value();
  EXPECT_EQ(second.happened, std::vector<std::string>{"credential.expiring"});
  EXPECT_EQ(Machine::due_at(second.next), now + day * 30);
  const auto late = decide(&fresh, Due{}, now + day * 30).value();
  EXPECT_EQ(late.happened, std::vector<std::string>{"credential.expired"}) << "what is over warns of nothing";
}

TEST(CredentialRenewal, nobody_is_warned_of_what_never_ends_was_renewed_or_revoked) {
  auto endless = delivery();
  endless.credential.valid_until.reset();
  EXPECT_TRUE(stored(endless).warn_at.empty());
  EXPECT_TRUE(in_state(State::revoked).warn_at.empty());
  EXPECT_FALSE(stored().warn_at.empty());
  EXPECT_TRUE(after(stored(), RenewalEnded{.delivered = true}).warn_at.empty());
  auto unwanted = delivery();
  unwanted.warn_before.clear();
  EXPECT_TRUE(stored(unwanted).warn_at.empty());
}

TEST(CredentialRenewal, of_a_credential_that_is_short_lived_its_owner_is_told_once_when_half_is_over) {
  auto event = delivery();
  event.credential.valid_until = now + day;
  event.warn_before = {day * 7, day * 2};
  EXPECT_EQ(stored(event).warn_at, std::vector<Instant>{now + std::chrono::hours(12)});
}

TEST(CredentialRenewal, an_event_tells_what_ends_and_when_and_nothing_of_its_subject) {
  EXPECT_EQ(Machine::event_body(stored(), "credential.expiring"),
            R"({"issuerDid":"did:web:issuer.example","credentialTypes":["VerifiableCredential",)"
            R"("MembershipCredential"],"expirationDate":")" +
                format_instant(now + day * 30) + R"(","renewAt":")" + format_instant(*stored().renew_at) +
                R"("})");
}

TEST(CredentialRenewal, a_short_lived_credential_is_not_renewed_at_once) {
  auto event = delivery();
  event.credential.valid_until = now + day;
  EXPECT_GE(stored(event).renew_at, now + std::chrono::hours(12));
  EXPECT_LT(stored(event).renew_at, now + std::chrono::hours(14));
  event.credential.valid_until = now + std::chrono::minutes(1);
  EXPECT_EQ(stored(event).renew_at, now + std::chrono::hours(1));
  event.credential.valid_until = now - day;
  EXPECT_EQ(stored(event).renew_at, std::nullopt);
}

TEST(CredentialRenewal, what_was_put_here_by_hand_or_never_ends_is_not_renewed) {
  auto by_hand = delivery();
  by_hand.object_id.reset();
  EXPECT_EQ(stored(by_hand).renew_at, std::nullopt);
  auto endless = delivery();
  endless.credential.valid_until.reset();
  EXPECT_EQ(stored(endless).renew_at, std::nullopt);
}
