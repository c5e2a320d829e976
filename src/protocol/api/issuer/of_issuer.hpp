#pragma once

#include "protocol/api/route.hpp"

/// The Issuer administration API v1beta, and the onboarding applications that an issuer's `application`
/// attestation rests on. The bodies are the issuer's own documents (domain/issuance, domain/application), so
/// they are open here and read by the issuer service.
namespace kontor::protocol::api::issuer {

/// What all routes of this API have in common.
consteval RouteInfo of_issuer(RouteInfo info) {
  if (info.concern == Concern::nothing) info.concern = Concern::governance;
  if (!info.example.empty()) info.body = BodyFormat::json;
  return info;
}

}  // namespace kontor::protocol::api::issuer
