#pragma once

#include "protocol/api/route.hpp"
#include "protocol/query/query_spec.hpp"

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

/// A page of what a QuerySpec finds; without a body the first page of everything.
consteval Route<query::Query, AnyJson> query_of(RouteInfo info) {
  info.method = Method::post;
  info.example = R"({"offset":0,"limit":10})";
  info.exempt.optional_body = true;
  return {of_issuer(info)};
}

}  // namespace kontor::protocol::api::issuer
