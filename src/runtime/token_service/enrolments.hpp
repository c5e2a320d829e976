#pragma once

#include <set>
#include <string>

#include "platform/auth/caller.hpp"
#include "platform/engine/engine.hpp"
#include "platform/routing/router.hpp"
#include "protocol/api/token/enrolment.hpp"

namespace kontor::runtime::token_service {

/// Data planes at an edge become clients with a key of their own. The token that lets one do so stands in its
/// client, as a digest, until it is used, replaced or too old: one commit takes it and keeps the key. Used on
/// the io thread.
class Enrolments {
 public:
  /// `configured`: clients of the configuration, whose place nobody takes.
  Enrolments(platform::engine::Engine& engine, std::set<std::string> configured)
      : engine_(engine), configured_(std::move(configured)) {}

  /// What the plane proves itself with stays in force until it enrols again. Errors: invalid_input, conflict
  /// (the id is that of another client, or of a plane of another participant).
  Task<Result<protocol::api::token::EnrolmentToken>> order(protocol::api::token::EnrolmentOrder order,
                                                           platform::auth::Caller by);
  /// Errors: unauthenticated, alike for a token that is unknown, used, replaced or too old; invalid_input.
  Task<Result<protocol::api::token::Enrolled>> enrol(protocol::api::token::Enrolment enrolment);

 private:
  platform::engine::Engine& engine_;
  std::set<std::string> configured_;
};

/// `all` must outlive the router.
void bind_enrolment_routes(platform::routing::Router& router, Enrolments& all);

}  // namespace kontor::runtime::token_service
