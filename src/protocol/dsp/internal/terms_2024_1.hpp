#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// The names of DSP 2024/1 as data: which kinds of nodes there are, which members each has, of which
/// vocabulary, and what their values are. [DSP 2024-1, context.json and schemas; for what EDC 0.15.1 writes
/// beside them, docs/compatibility.md]
namespace kontor::protocol::dsp::internal {

struct Vocabulary {
  std::string_view prefix;
  std::string_view iri;
};
inline constexpr Vocabulary dspace{"dspace:", "https://w3id.org/dspace/2024/1/"};
inline constexpr Vocabulary dcat{"dcat:", "http://www.w3.org/ns/dcat#"};
inline constexpr Vocabulary dct{"dct:", "http://purl.org/dc/terms/"};
inline constexpr Vocabulary odrl_terms{"odrl:", "http://www.w3.org/ns/odrl/2/"};
/// Of all members that the protocol does not know. The official context does not know its prefix.
inline constexpr Vocabulary edc{"edc:", "https://w3id.org/edc/v0.0.1/ns/"};

/// What an object is, by the member that holds it or, at the root, by its type.
enum class Kind : std::uint8_t {
  message,
  catalog,
  dataset,
  distribution,
  service,
  address,
  property,
  policy,
  rule,
  action,
  constraint,
  filter,
};

/// The vocabulary of an object's type, and of its members unless their row says otherwise.
constexpr const Vocabulary& vocabulary_of(Kind kind) {
  switch (kind) {
    case Kind::message:
    case Kind::address:
    case Kind::property:
      return dspace;
    case Kind::catalog:
    case Kind::dataset:
    case Kind::distribution:
    case Kind::service:
      return dcat;
    case Kind::policy:
    case Kind::rule:
    case Kind::action:
    case Kind::constraint:
      return odrl_terms;
    case Kind::filter:
      return edc;
  }
  return edc;
}

enum class Holds : std::uint8_t {
  text,        ///< a string or number
  term,        ///< a term of the member's vocabulary: `REQUESTED`, `dspace:REQUESTED`
  reference,   ///< the same, written as a node: `{"@id":"dspace:ACCEPTED"}`
  action,      ///< `use`, which is ODRL's, or anything; or an object
  operand,     ///< a name of any vocabulary; EDC's in full
  references,  ///< a string or several; `[{"@id":…}]`
  value,       ///< anything
  values,      ///< a list of anything
  node,        ///< an object
  nodes,       ///< a list of objects
  one,         ///< a list of objects; without brackets where there is one
  first,       ///< an object, or its id; a list of one
};

struct Member {
  Kind in;
  std::string_view term;
  Holds holds;
  Kind child = Kind::message;  ///< of the objects that it holds
  const Vocabulary* vocabulary = nullptr;
};

inline constexpr std::array members{
    Member{Kind::message, "providerPid", Holds::text},
    Member{Kind::message, "consumerPid", Holds::text},
    Member{Kind::message, "callbackAddress", Holds::text},
    Member{Kind::message, "state", Holds::term},
    Member{Kind::message, "eventType", Holds::reference},
    Member{Kind::message, "code", Holds::text},
    Member{Kind::message, "reason", Holds::values},
    Member{Kind::message, "offer", Holds::node, Kind::policy},
    Member{Kind::message, "agreement", Holds::node, Kind::policy},
    Member{Kind::message, "agreementId", Holds::text},
    Member{Kind::message, "format", Holds::text, Kind::message, &dct},
    Member{Kind::message, "dataAddress", Holds::node, Kind::address},
    Member{Kind::message, "dataset", Holds::text},
    Member{Kind::message, "filter", Holds::nodes, Kind::filter},

    Member{Kind::address, "endpointType", Holds::text},
    Member{Kind::address, "endpoint", Holds::text},
    Member{Kind::address, "endpointProperties", Holds::nodes, Kind::property},
    Member{Kind::property, "name", Holds::text},
    Member{Kind::property, "value", Holds::text},

    Member{Kind::catalog, "participantId", Holds::text, Kind::message, &dspace},
    Member{Kind::catalog, "dataset", Holds::nodes, Kind::dataset},
    Member{Kind::catalog, "catalog", Holds::nodes, Kind::catalog},
    Member{Kind::catalog, "service", Holds::nodes, Kind::service},
    Member{Kind::catalog, "distribution", Holds::nodes, Kind::distribution},
    Member{Kind::dataset, "hasPolicy", Holds::nodes, Kind::policy, &odrl_terms},
    Member{Kind::dataset, "distribution", Holds::nodes, Kind::distribution},
    Member{Kind::distribution, "format", Holds::text, Kind::message, &dct},
    Member{Kind::distribution, "accessService", Holds::first, Kind::service},
    Member{Kind::distribution, "hasPolicy", Holds::nodes, Kind::policy, &odrl_terms},
    Member{Kind::service, "endpointURL", Holds::text},
    Member{Kind::service, "endpointDescription", Holds::text},
    Member{Kind::service, "servesDataset", Holds::nodes, Kind::dataset},

    Member{Kind::policy, "target", Holds::text},
    Member{Kind::policy, "assigner", Holds::text},
    Member{Kind::policy, "assignee", Holds::text},
    Member{Kind::policy, "timestamp", Holds::text, Kind::message, &dspace},
    Member{Kind::policy, "profile", Holds::references},
    Member{Kind::policy, "permission", Holds::nodes, Kind::rule},
    Member{Kind::policy, "prohibition", Holds::nodes, Kind::rule},
    Member{Kind::policy, "obligation", Holds::nodes, Kind::rule},
    Member{Kind::rule, "action", Holds::action, Kind::action},
    Member{Kind::rule, "constraint", Holds::nodes, Kind::constraint},
    Member{Kind::rule, "duty", Holds::one, Kind::rule},
    Member{Kind::rule, "remedy", Holds::one, Kind::rule},
    Member{Kind::rule, "consequence", Holds::one, Kind::rule},
    Member{Kind::action, "action", Holds::action, Kind::action},
    Member{Kind::action, "includedIn", Holds::action, Kind::action},
    Member{Kind::action, "refinement", Holds::one, Kind::constraint},
    Member{Kind::constraint, "and", Holds::nodes, Kind::constraint},
    Member{Kind::constraint, "andSequence", Holds::nodes, Kind::constraint},
    Member{Kind::constraint, "or", Holds::nodes, Kind::constraint},
    Member{Kind::constraint, "xone", Holds::nodes, Kind::constraint},
    Member{Kind::constraint, "leftOperand", Holds::operand},
    Member{Kind::constraint, "operator", Holds::term},
    Member{Kind::constraint, "rightOperand", Holds::value},

    Member{Kind::filter, "filterExpression", Holds::nodes, Kind::filter},
};

}  // namespace kontor::protocol::dsp::internal
