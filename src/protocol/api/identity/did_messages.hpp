#pragma once

#include <string>

#include "base/json/codec.hpp"
#include "protocol/did/document.hpp"
#include "protocol/query/query.hpp"

/// Bodies of the Identity API v1beta about DIDs.
namespace kontor::protocol::api::identity {

/// Which DID is meant.
struct DidReference {
  Did did;
};
Result<void> read(const json::Node& node, DidReference& out);
json::Value write(const DidReference& reference);

/// An empty object asks for everything.
struct DidQuery {
  query::Query query;
};
Result<void> read(const json::Node& node, DidQuery& out);
json::Value write(const DidQuery& query);

/// Whether a DID document can be had: GENERATED, PUBLISHED or UNPUBLISHED; a JSON string.
struct DidState {
  std::string name;
};
Result<void> read(const json::Node& node, DidState& out);
json::Value write(const DidState& state);

/// A service that stands in the DID document, as it is given and replaced. Refused: an empty member, an
/// endpoint that is no absolute http or https address.
struct DidService {
  did::Service service;
};
Result<void> read(const json::Node& node, DidService& out);
json::Value write(const DidService& service);

struct DidDocumentResource {
  did::DidDocument document;
};
Result<void> read(const json::Node& node, DidDocumentResource& out);
json::Value write(const DidDocumentResource& resource);

}  // namespace kontor::protocol::api::identity
