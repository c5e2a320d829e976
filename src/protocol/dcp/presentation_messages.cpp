#include "protocol/dcp/internal/message.hpp"

namespace kontor::protocol::dcp {

using internal::message;
using internal::read_message;

Result<void> read(const json::Node& node, PresentationQueryMessage& out) {
  return read_message(node, "PresentationQueryMessage", [&](json::ObjectReader& in) {
    const bool by_scope = in.has("scope");
    const bool by_definition = in.has("presentationDefinition");
    if (by_scope && by_definition) in.refuse("scope", "excludes presentationDefinition: give one of them");
    if (!by_scope && !by_definition) in.refuse("scope", "is required");
    if (by_scope) {
      in.required("scope", out.scope);
      internal::check_entries(in, "scope", out.scope);
    }
    if (!by_definition) return;
    json::Object definition;
    in.required("presentationDefinition", definition);
    if (in.ok() && definition.empty()) in.refuse("presentationDefinition", "must not be empty");
    out.presentation_definition = std::move(definition);
  });
}

json::Value write(const PresentationQueryMessage& query) {
  return message("PresentationQueryMessage")
      .non_empty("scope", query.scope)
      .field("presentationDefinition", query.presentation_definition)
      .done();
}

Result<void> read(const json::Node& node, PresentationResponseMessage& out) {
  return read_message(node, "PresentationResponseMessage", [&](json::ObjectReader& in) {
    in.required("presentation", out.presentation)
        .optional("presentationSubmission", out.presentation_submission);
    if (!in.ok()) return;
    if (out.presentation.size() > entries_max) in.refuse("presentation", "has too many entries");
    for (const auto& one : out.presentation) {
      if (!one.is_string() && !one.is_object()) in.refuse("presentation", "must hold strings or objects");
    }
  });
}

json::Value write(const PresentationResponseMessage& response) {
  return message("PresentationResponseMessage")
      .field("presentation", response.presentation)
      .field("presentationSubmission", response.presentation_submission)
      .done();
}

}  // namespace kontor::protocol::dcp
