#pragma once

#include <string>
#include <string_view>

/// What names on the wire mean. Peers write one thing as a term, as a compact IRI or as a full IRI.
namespace kontor::protocol::odrl {

inline constexpr std::string_view odrl_namespace = "http://www.w3.org/ns/odrl/2/";
inline constexpr std::string_view edc_namespace = "https://w3id.org/edc/v0.0.1/ns/";

/// A name as a full IRI where its prefix (`odrl: edc: dct: dcat: dspace: xsd:`) or its term is known;
/// anything else is opaque and stays as it is. `inForceDate` → `https://w3id.org/edc/v0.0.1/ns/inForceDate`;
/// `MembershipCredential` → itself.
std::string normalized_name(std::string_view name);

/// The same for actions, where `use` is a term of ODRL.
std::string normalized_action(std::string_view name);

/// The name of an ODRL term without prefix or namespace: `odrl:eq`, `http://www.w3.org/ns/odrl/2/eq` → `eq`.
std::string_view odrl_term(std::string_view name);

}  // namespace kontor::protocol::odrl
