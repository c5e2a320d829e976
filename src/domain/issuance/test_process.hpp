#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "domain/issuance/decide.hpp"
#include "testing/table/word_table.hpp"

/// For tests: an issuance process in every place, everything that can happen to it, and what comes of it in a
/// word.
namespace kontor::domain::issuance::testing {

inline const Instant now = from_epoch_seconds(1'800'000'000);

inline Request request() {
  return {.id = IssuerPid{"process-1"},
          .holder_pid = HolderPid{"holder-1"},
          .holder = HolderId{"acme"},
          .holder_did = Did{"did:web:acme.example"},
          .credentials = {{.definition = CredentialDefinitionId{"def-1"},
                           .type = "MembershipCredential",
                           .id = IssuedCredentialId{"urn:uuid:1"}}},
          .access_token = "one-time"};
}

inline const json::Object claims{{"level", "full"}};

inline IssuanceProcess received(Verdict verdict) {
  return decide(nullptr, RequestReceived{request(), std::move(verdict)}, now).value().next;
}

inline IssuanceProcess after(const IssuanceProcess& process, const Event& event) {
  return decide(&process, event, now).value().next;
}

inline Reissue reissue() {
  return {.replaced = IssuedCredentialId{"urn:uuid:1"},
          .by = {.definition = CredentialDefinitionId{"def-1"},
                 .type = "MembershipCredential",
                 .id = IssuedCredentialId{"urn:uuid:2"}},
          .claims = json::Object{{"level", "reduced"}}};
}

inline std::map<std::string, std::optional<IssuanceProcess>> places() {
  const auto gathering = received(UnattestedVerdict{"not yet asked", "of the issuer"});
  const auto submitted = received(PendingVerdict{claims});
  const auto approved = received(ApprovedVerdict{claims});
  const auto delivered = after(approved, Delivered{});
  return {{"none", std::nullopt},
          {"gathering", gathering},
          {"waiting", after(gathering, GatheringFailed{"no route"})},
          {"submitted", submitted},
          {"approved", approved},
          {"delivered", delivered},
          {"redelivering", after(delivered, RequestReceived{request(), ApprovedVerdict{claims}})},
          {"reissuing", after(delivered, reissue())},
          {"not_granted", received(RejectedVerdict{"no"})},
          {"rejected", after(submitted, Reject{"not now"})},
          {"undelivered", after(approved, DeliveryFailed{"no route"})}};
}

inline std::map<std::string, Event> events() {
  return {{"receive_approved", RequestReceived{request(), ApprovedVerdict{claims}}},
          {"receive_pending", RequestReceived{request(), PendingVerdict{claims}}},
          {"receive_rejected", RequestReceived{request(), RejectedVerdict{"no"}}},
          {"approve", Approve{}},
          {"reject", Reject{"no"}},
          {"delivered", Delivered{}},
          {"delivery_failed", DeliveryFailed{"timeout"}},
          {"redeliver", Redeliver{}},
          {"reissue", reissue()}};
}

inline std::map<std::string, Event> gathering_events() {
  return {
      {"receive_unattested", RequestReceived{request(), UnattestedVerdict{"not yet asked", "of the issuer"}}},
      {"gathered_approved", AttestationsGathered{ApprovedVerdict{claims}}},
      {"gathered_pending", AttestationsGathered{PendingVerdict{claims}}},
      {"gathered_rejected", AttestationsGathered{RejectedVerdict{"no"}}},
      {"gathering_failed", GatheringFailed{"timeout"}},
      {"gather_again", GatherAgain{}}};
}

inline std::string outcome(const std::optional<IssuanceProcess>& before, const Event& event) {
  auto decision = decide(before ? &*before : nullptr, event, now);
  if (!decision) return std::string(decision.error().row().name);
  if (decision->happened.empty()) return before && decision->next == *before ? "same" : "silent";
  auto text = std::string(state_codes.name(decision->next.state));
  for (const auto& effect : decision->effects) {
    text += std::holds_alternative<DeliverCredentials>(effect)   ? "+C"
            : std::holds_alternative<DeliverRejection>(effect)   ? "+R"
            : std::holds_alternative<GatherAttestations>(effect) ? "+G"
                                                                 : "+X";
  }
  return text;
}

/// Of each place and event there is one word in the table.
inline void expect_outcomes(const kontor::testing::WordTable& table,
                            const std::map<std::string, Event>& all) {
  for (const auto& [place, process] : places()) {
    for (const auto& [name, event] : all) {
      ASSERT_TRUE(table.contains(place) && table.at(place).contains(name)) << place << " × " << name;
      EXPECT_EQ(outcome(process, event), table.at(place).at(name)) << place << " × " << name;
    }
  }
}

}  // namespace kontor::domain::issuance::testing
