#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kontor {

/// What went wrong, as one row of `error_catalogue`. A caller decides by the row (status, retry), never by
/// the text.
enum class ErrorCode : std::uint8_t {
  malformed,           ///< not JSON, not UTF-8, not a token: the bytes cannot be read
  invalid_input,       ///< readable, but a rule is broken; `pointer` names the place
  unauthenticated,     ///< no, expired or foreign proof of identity
  replayed,            ///< a single-use token was seen before
  forbidden,           ///< known caller, not allowed
  not_found,           ///< no such thing, or none that this caller may see
  conflict,            ///< the thing exists already, or is in use
  illegal_transition,  ///< the message or command is not legal in the current state
  version_conflict,    ///< somebody else changed the entity first
  policy_denied,       ///< a policy evaluated to false
  method_not_allowed,
  unsupported_media_type,
  too_large,          ///< a body, header or document above its bound
  too_many_requests,  ///< a limit is reached: come back later
  address_refused,    ///< the SSRF guard refused an address from outside
  peer_refused,       ///< another party answered with a final refusal
  peer_unavailable,   ///< another party cannot be reached, or answered 5xx, 409 or 429
  timeout,            ///< a deadline passed
  cancelled,          ///< this process is shutting down
  storage_failed,     ///< the store or the vault did not do what was asked; nothing was changed
  unavailable,        ///< this process cannot serve now (draining, not ready, overloaded)
  not_implemented,    ///< a form that the protocol allows and leaves to whoever wants to speak it
  internal,           ///< a defect of ours
};

/// Whether trying the same thing again can help.
enum class Retry : std::uint8_t { never, later, after_refresh };

struct ErrorRow {
  ErrorCode code;
  std::string_view name;  ///< stable, for logs, metrics and bodies
  std::uint16_t http_status;
  Retry retry;
  std::string_view title;  ///< what a person reads first
};

inline constexpr std::array error_catalogue{
    ErrorRow{ErrorCode::malformed, "malformed", 400, Retry::never, "The request cannot be read"},
    ErrorRow{ErrorCode::invalid_input, "invalid_input", 400, Retry::never, "The request breaks a rule"},
    ErrorRow{ErrorCode::unauthenticated, "unauthenticated", 401, Retry::after_refresh,
             "Who you are is not proven"},
    ErrorRow{ErrorCode::replayed, "replayed", 401, Retry::after_refresh, "The token was used before"},
    ErrorRow{ErrorCode::forbidden, "forbidden", 403, Retry::never, "You may not do this"},
    ErrorRow{ErrorCode::not_found, "not_found", 404, Retry::never, "There is no such thing"},
    ErrorRow{ErrorCode::conflict, "conflict", 409, Retry::never, "It exists already or is in use"},
    ErrorRow{ErrorCode::illegal_transition, "illegal_transition", 409, Retry::never,
             "Not possible in this state"},
    ErrorRow{ErrorCode::version_conflict, "version_conflict", 409, Retry::later,
             "Somebody else changed it first"},
    ErrorRow{ErrorCode::policy_denied, "policy_denied", 403, Retry::never, "A policy does not allow this"},
    ErrorRow{ErrorCode::method_not_allowed, "method_not_allowed", 405, Retry::never, "Not with this method"},
    ErrorRow{ErrorCode::unsupported_media_type, "unsupported_media_type", 415, Retry::never,
             "Not this media type"},
    ErrorRow{ErrorCode::too_large, "too_large", 413, Retry::never, "Larger than allowed"},
    ErrorRow{ErrorCode::too_many_requests, "too_many_requests", 429, Retry::later, "A limit is reached"},
    ErrorRow{ErrorCode::address_refused, "address_refused", 400, Retry::never, "This address is not allowed"},
    ErrorRow{ErrorCode::peer_refused, "peer_refused", 502, Retry::never, "The other party refused"},
    ErrorRow{ErrorCode::peer_unavailable, "peer_unavailable", 502, Retry::later,
             "The other party does not answer"},
    ErrorRow{ErrorCode::timeout, "timeout", 504, Retry::later, "It took too long"},
    ErrorRow{ErrorCode::cancelled, "cancelled", 503, Retry::later, "This process is stopping"},
    ErrorRow{ErrorCode::storage_failed, "storage_failed", 503, Retry::later, "The store did not answer"},
    ErrorRow{ErrorCode::unavailable, "unavailable", 503, Retry::later, "Not ready to serve"},
    ErrorRow{ErrorCode::not_implemented, "not_implemented", 501, Retry::never, "Not spoken here"},
    ErrorRow{ErrorCode::internal, "internal", 500, Retry::never, "A defect of this software"},
};

constexpr const ErrorRow& row_of(ErrorCode code) {
  return error_catalogue[static_cast<std::size_t>(code)];
}

}  // namespace kontor
