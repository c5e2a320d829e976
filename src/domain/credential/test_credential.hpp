#pragma once

#include <string>
#include <utility>

#include "domain/credential/decide.hpp"

/// For tests: a membership of our participant in every state.
namespace kontor::domain::credential::testing {

namespace vc = protocol::vc;
namespace dcp = protocol::dcp;

inline const Instant now = from_epoch_seconds(1'800'000'000);
inline constexpr auto day = std::chrono::hours(24);
inline const Did issuer{"did:web:issuer.example"};
inline const Did holder{"did:web:acme.example"};

inline vc::Credential membership(std::string id = "urn:uuid:1") {
  return {.format = vc::Format::vc1_0_jwt,
          .contexts = {std::string(vc::context_v1)},
          .id = std::move(id),
          .types = {"VerifiableCredential", "MembershipCredential"},
          .issuer = issuer,
          .valid_from = now - day,
          .valid_until = now + day * 30,
          .subjects = {{.id = holder, .claims = {{"level", "full"}}}},
          .statuses = {{.id = "urn:status:7", .list_url = "https://issuer.example/status/1", .index = 7}}};
}

inline Store delivery(std::string id = "urn:uuid:1") {
  return {.id = CredentialId{id},
          .token = "token-of-" + id,
          .credential = membership(id),
          .object_id = dcp::CredentialObjectId{"def-1"},
          .metadata = {{"note", "mine"}}};
}

inline StoredCredential stored(const Store& event = delivery(), Instant at = now) {
  return decide(nullptr, event, at).value().next;
}

inline StoredCredential after(const StoredCredential& credential, const Event& event, Instant at = now) {
  return decide(&credential, event, at).value().next;
}

inline StoredCredential checked(bool revoked, bool suspended) {
  return after(after(stored(), Due{}), StatusRead{.revoked = revoked, .suspended = suspended});
}

inline StoredCredential in_state(State state) {
  auto event = delivery();
  switch (state) {
    case State::issued:
      return checked(false, false);
    case State::revoked:
      return checked(true, false);
    case State::suspended:
      return checked(false, true);
    case State::expired:
      return after(checked(false, false), Due{}, now + day * 30);
    case State::not_yet_valid:
      event.credential.valid_from = now + day;
      return after(after(stored(event), Due{}), StatusRead{});
  }
  return stored();
}

inline StoredCredential renewing(const Store& event = delivery()) {
  const auto fresh = stored(event);
  return after(fresh, Due{}, *fresh.renew_at);
}

}  // namespace kontor::domain::credential::testing
