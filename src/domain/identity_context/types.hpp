#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/json.hpp"
#include "base/time/time.hpp"
#include "protocol/did/document.hpp"

/// A participant context as the identity services know it: its DID, what its DID document offers, and whether
/// it acts. It comes into being whole or not at all, and goes with everything that belongs to it. [Identity
/// API, participant contexts]
namespace kontor::domain::identity_context {

enum class State : std::uint8_t {
  creating,     ///< its DID, keys and account are being made; unknown to everybody else
  created,      ///< does not act yet
  activated,    ///< acts: its DID document is published, its keys sign
  deactivated,  ///< acts no more
  deleting,     ///< what belongs to it is being removed; unknown to everybody else
  deleted,      ///< the same, until it is looked once more for what came late
};

/// Longer than anything takes that was begun for a context before its end: a request, a delivery, a creation.
inline constexpr Duration stragglers_time = std::chrono::minutes(1);
/// A creation that has not ended by then has broken off.
inline constexpr Duration creation_time_max = std::chrono::seconds(30);
inline constexpr std::size_t services_max = 100;
inline constexpr std::size_t scopes_max = 100;

struct IdentityContext {
  ContextId id;
  Did did;
  State state = State::creating;
  std::vector<protocol::did::Service> services;
  std::vector<std::string> scopes;
  json::Object properties;
  std::string attempt;         ///< which call creates it
  std::optional<Instant> due;  ///< of a creation: its latest end; of a deleted one: the last look
  bool last_pass = false;      ///< of a deletion: nothing comes after it

  bool operator==(const IdentityContext& other) const;
};

/// Its parts are to be made; nobody else sees it before they are.
struct Begin {
  IdentityContext context;
};
/// Everything is there.
struct Complete {
  std::string attempt;
  bool active = true;
};
/// Something could not be made: nothing of it is to stay.
struct Discard {
  std::string attempt;
};
struct SetActive {
  bool active = true;
};
/// A change to what the DID document offers. A service is found by its id, absolute or as a fragment.
struct ServiceChange {
  enum class Kind : std::uint8_t { add, replace, remove };
  Kind kind = Kind::add;
  protocol::did::Service service;  ///< only its id, for a removal
};
struct SetScopes {
  std::vector<std::string> scopes;
};
struct Delete {};
/// Everything that belonged to it has gone.
struct Erased {};
struct Due {};

using Event =
    std::variant<Begin, Complete, Discard, SetActive, ServiceChange, SetScopes, Delete, Erased, Due>;

/// Removes everything that belongs to the context: keys, credentials, its account, its hold on the DID.
struct Erase {
  Did did;
  bool last_pass = false;

  bool operator==(const Erase&) const = default;
};

using Effect = std::variant<Erase>;

}  // namespace kontor::domain::identity_context
