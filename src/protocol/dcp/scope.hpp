#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result/result.hpp"
#include "protocol/vc/credential.hpp"

/// What a verifier may see of a holder's credentials (DCP 1.0, presentation protocol, scopes).
///
///     org.eclipse.dspace.dcp.vc.type:MembershipCredential:read
///     org.eclipse.dspace.dcp.vc.type:https://example.com/context#MembershipCredential:read
///     org.eclipse.dspace.dcp.vc.id:8247b87d-8d72-47e1-8128-9ce47e3d829d:read
namespace kontor::protocol::dcp {

inline constexpr std::string_view scope_alias_type = "org.eclipse.dspace.dcp.vc.type";
inline constexpr std::string_view scope_alias_id = "org.eclipse.dspace.dcp.vc.id";

struct Scope {
  enum class Alias : std::uint8_t { type, id };

  Alias alias = Alias::type;
  std::string context;  ///< a JSON-LD context that the credential must have; empty: any
  std::string value;    ///< the type or the credential's id; an empty type: any

  bool operator==(const Scope&) const = default;
};

/// Reads two segments (the specification) and three (what is in use); the operation, one of `read`, `write`,
/// `all` and `*`, grants reading always. The alias is compared without regard to case. Errors: invalid_input
/// for another alias or an empty discriminator.
Result<Scope> parse_scope(std::string_view text);

/// Scopes separated by spaces; at least one, at most `entries_max`. Errors: those of `parse_scope`.
Result<std::vector<Scope>> parse_scopes(std::string_view text);
/// The elements of a query; each may hold several scopes.
Result<std::vector<Scope>> parse_scopes(const std::vector<std::string>& texts);

/// Three segments, `read`.
std::string to_string(const Scope& scope);
std::string to_string(const std::vector<Scope>& scopes);

/// Short names of an installation for a type, or for `context#type`.
using DiscriminatorAliases = std::map<std::string, std::string, std::less<>>;
/// The scope with its short name replaced; one without stays as it is.
Scope resolved(Scope scope, const DiscriminatorAliases& aliases);

/// Whether the scope grants to see the credential.
bool grants(const Scope& scope, const vc::Credential& credential);

}  // namespace kontor::protocol::dcp
