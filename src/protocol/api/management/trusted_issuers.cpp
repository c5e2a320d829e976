#include "protocol/api/management/trusted_issuers.hpp"

#include <algorithm>
#include <set>

namespace kontor::protocol::api::management {
namespace {

constexpr std::size_t type_bytes_max = 1024;

bool is_type(const std::string& text) {
  return !text.empty() && text.size() <= type_bytes_max;
}

/// The rule that an issuer breaks, and which member does.
struct Broken {
  std::string_view member;
  std::string rule;
};
std::optional<Broken> broken_by(const TrustedIssuer& issuer) {
  if (!issuer.id.empty() && !issuer.id.str().starts_with("did:")) return Broken{"@id", "must be a DID"};
  if (issuer.supported_types.size() > supported_types_max)
    return Broken{"supportedTypes", fmt::format("has more than {} entries", supported_types_max)};
  if (!std::ranges::all_of(issuer.supported_types, is_type))
    return Broken{"supportedTypes", "must be types of credentials, or *"};
  return std::nullopt;
}

}  // namespace

Result<void> read(const json::Node& node, TrustedIssuerEntry& out) {
  auto in = open_body(node, {"TrustedIssuer"});
  in.optional("@id", out.issuer.id).required("supportedTypes", out.issuer.supported_types);
  if (in.ok() && out.issuer.supported_types.empty())
    in.refuse("supportedTypes", "must name at least one type, or *");
  if (const auto broken = broken_by(out.issuer); in.ok() && broken) in.refuse(broken->member, broken->rule);
  return in.done();
}

json::Value write(const TrustedIssuerEntry& entry) {
  return body_of("TrustedIssuer")
      .field("@id", entry.issuer.id)
      .field("supportedTypes", entry.issuer.supported_types)
      .done();
}

Result<void> check_register(const std::vector<TrustedIssuer>& issuers) {
  if (issuers.size() > trusted_issuers_max)
    return invalid("/trustedIssuers", "has more than {} entries", trusted_issuers_max);
  std::set<Did> seen;
  for (std::size_t i = 0; i < issuers.size(); ++i) {
    if (const auto broken = broken_by(issuers[i]))
      return invalid(fmt::format("/trustedIssuers/{}/{}", i, broken->member), "{}", broken->rule);
    if (!seen.insert(issuers[i].id).second)
      return invalid(fmt::format("/trustedIssuers/{}/@id", i), "{} is there already", issuers[i].id);
  }
  return {};
}

bool supports(const TrustedIssuer& issuer, std::string_view type) {
  return std::ranges::any_of(issuer.supported_types,
                             [&](const auto& each) { return each == "*" || each == type; });
}

}  // namespace kontor::protocol::api::management
