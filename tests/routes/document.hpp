#pragma once

#include <map>
#include <optional>

#include "installation.hpp"
#include "protocol/dsp/json_schema_for_test.hpp"

namespace kontor::routes_test {

/// What the running process says of itself: the OpenAPI documents of its listeners, as any client gets them.
class Documents {
 public:
  explicit Documents(Installation& installation);

  /// The listener for monitoring has none.
  bool knows(protocol::api::Listener listener) const { return documents_.contains(listener); }
  /// Null: the document does not know the route.
  const json::Value* operation(const protocol::api::RouteInfo& route) const;
  /// Of the request's body; none where the document has none.
  std::optional<json::Value> example(const protocol::api::RouteInfo& route) const;
  /// Of the answer's body; none where the document has none.
  std::optional<json::Value> answer_example(const protocol::api::RouteInfo& route) const;
  /// What is wrong with a request's body, or with an answer, by the document's own schemas. Empty: nothing.
  std::string problem_with(const protocol::api::RouteInfo& route, const json::Value& request) const;
  std::string problem_with(const protocol::api::RouteInfo& route, const Answer& answer) const;

 private:
  std::string check(const protocol::api::RouteInfo& route, const json::Value& value,
                    const json::Value* content) const;

  std::map<protocol::api::Listener, json::Value> documents_;
  std::map<protocol::api::Listener, protocol::dsp::testing::Schemas> schemas_;
};

}  // namespace kontor::routes_test
