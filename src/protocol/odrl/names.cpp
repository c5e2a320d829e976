#include "protocol/odrl/names.hpp"

#include <array>
#include <utility>

namespace kontor::protocol::odrl {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr std::array<Row, 6> prefixes{{{"odrl:", odrl_namespace},
                                       {"edc:", edc_namespace},
                                       {"dct:", "http://purl.org/dc/terms/"},
                                       {"dcat:", "http://www.w3.org/ns/dcat#"},
                                       {"dspace:", "https://w3id.org/dspace/2025/1/"},
                                       {"xsd:", "http://www.w3.org/2001/XMLSchema#"}}};

/// Terms that EDC's context adds to the protocol's.
constexpr std::array<Row, 5> terms{{{"inForceDate", "https://w3id.org/edc/v0.0.1/ns/inForceDate"},
                                    {"id", "https://w3id.org/edc/v0.0.1/ns/id"},
                                    {"description", "https://w3id.org/edc/v0.0.1/ns/description"},
                                    {"isCatalog", "https://w3id.org/edc/v0.0.1/ns/isCatalog"},
                                    {"conformsTo", "http://purl.org/dc/terms/conformsTo"}}};

}  // namespace

std::string normalized_name(std::string_view name) {
  for (const auto& [prefix, iri] : prefixes) {
    if (name.starts_with(prefix)) return std::string(iri) + std::string(name.substr(prefix.size()));
  }
  for (const auto& [term, iri] : terms) {
    if (name == term) return std::string(iri);
  }
  return std::string(name);
}

std::string normalized_action(std::string_view name) {
  if (name == "use") return std::string(odrl_namespace) + "use";
  return normalized_name(name);
}

std::string_view odrl_term(std::string_view name) {
  if (name.starts_with("odrl:")) return name.substr(5);
  if (name.starts_with(odrl_namespace)) return name.substr(odrl_namespace.size());
  return name;
}

}  // namespace kontor::protocol::odrl
