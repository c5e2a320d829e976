#include "tck/dcp/system/system.hpp"

#include <fmt/format.h>

#include "tck/dcp/system/seeds.hpp"

namespace kontor::tck::dcp {

using installation::Installation;

namespace {

std::string origin(int port) {
  return fmt::format("http://127.0.0.1:{}", port);
}

/// What an operator configures for peers that are reached by plain HTTP, one of them an issuer that is
/// believed, and whose credentials are asked for with each message.
Installation::Plan configured_for(const Parties& parties, bool undeclared) {
  return {.name = "system",
          .issuer_did = parties.counter_party_did("issuer"),
          .plain_http_authority = parties.counter_party.substr(std::string_view("http://").size()),
          .settings = {"verifier.presentation_max_age=0s", "policy.credential_types=[MembershipCredential]",
                       fmt::format("verifier.accept_undeclared_relationships={}", undeclared)}};
}

}  // namespace

System::System(const Plan& plan)
    : accept_undeclared_relationships_(plan.accept_undeclared_relationships),
      certificates_(installation::make_certificates(plan.folder / "ca")),
      counter_party_port_(ports_.take()),
      trigger_port_(ports_.take()),
      driver_(certificates_.authority.string()),
      parties_{.counter_party = origin(counter_party_port_),
               .holder = {},
               .issuer = {},
               .verifier = {},
               .token_service = {},
               .client_secret = {},
               .trigger = origin(trigger_port_) + "/trigger",
               .correlation_id = "request-for-issuance",
               .presentation_correlation_id = "request-for-presentation"},
      kontor_({.program = std::filesystem::canonical(plan.program), .folder = plan.folder / "kontor"},
              ports_.take(), configured_for(parties_, plan.accept_undeclared_relationships), certificates_,
              ports_) {
  parties_.holder = kontor_.did(std::string(holder_context));
  parties_.issuer = kontor_.did(std::string(issuer_context));
  parties_.verifier = kontor_.did(std::string(verifier_context));
  parties_.token_service = kontor_.administration_url() + "/api/sts";
  catalog_url_ =
      fmt::format("{}/api/dsp/{}/{}/catalog/request", kontor_.public_url(), verifier_context, profile_name);
}

void System::start() {
  kontor_.start();
  kontor_.await_ready(driver_);
  sow_verifier(driver_, kontor_, parties_, accept_undeclared_relationships_);
  sow_issuer(driver_, kontor_, parties_);
  parties_.client_secret = sow_holder(driver_, kontor_, parties_);
}

}  // namespace kontor::tck::dcp
