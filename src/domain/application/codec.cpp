#include "domain/application/codec.hpp"

namespace kontor::domain::application {
namespace {

constexpr json::EnumNames<State, 6> state_names{{
    {State::submitted, "submitted"},
    {State::in_review, "in_review"},
    {State::changes_requested, "changes_requested"},
    {State::approved, "approved"},
    {State::rejected, "rejected"},
    {State::withdrawn, "withdrawn"},
}};

constexpr json::EnumNames<Action, 7> action_names{{
    {Action::submit, "submit"},
    {Action::start_review, "start_review"},
    {Action::request_changes, "request_changes"},
    {Action::resubmit, "resubmit"},
    {Action::approve, "approve"},
    {Action::reject, "reject"},
    {Action::withdraw, "withdraw"},
}};

}  // namespace

std::string_view name_of(State state) {
  return state_names.name(state);
}
std::string_view name_of(Action action) {
  return action_names.name(action);
}

Result<void> read(const json::Node& node, DocumentReference& out) {
  json::ObjectReader in(node);
  in.required("name", out.name)
      .required("reference", out.reference)
      .optional("mediaType", out.media_type)
      .optional("sha256", out.sha256);
  return in.done();
}

json::Value write(const DocumentReference& document) {
  return json::ObjectWriter()
      .field("name", document.name)
      .field("reference", document.reference)
      .field("mediaType", document.media_type)
      .field("sha256", document.sha256)
      .done();
}

Result<void> read(const json::Node& node, HistoryEntry& out) {
  json::ObjectReader in(node);
  in.required("at", out.at).required("by", out.by).optional("comment", out.comment);
  auto action = in.member("action");
  if (!action) in.refuse("action", "is required");
  if (auto done = in.done(); !done) return done;
  return json::read_enum(*action, action_names, out.action);
}

json::Value write(const HistoryEntry& entry) {
  return json::ObjectWriter()
      .field("at", entry.at)
      .field("by", entry.by)
      .field("action", name_of(entry.action))
      .field("comment", entry.comment)
      .done();
}

Result<void> read(const json::Node& node, Application& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("applicant", out.applicant)
      .required("holderName", out.statement.holder_name)
      .required("credentialType", out.statement.credential_type)
      .optional("properties", out.statement.properties)
      .optional("documents", out.statement.documents)
      .optional("reviewer", out.reviewer)
      .required("history", out.history);
  auto state = in.member("state");
  if (!state) in.refuse("state", "is required");
  if (out.history.empty()) in.refuse("history", "must not be empty");
  if (auto done = in.done(); !done) return done;
  return json::read_enum(*state, state_names, out.state);
}

json::Value write(const Application& application) {
  return json::ObjectWriter()
      .field("id", application.id)
      .field("applicant", application.applicant)
      .field("holderName", application.statement.holder_name)
      .field("credentialType", application.statement.credential_type)
      .field("properties", application.statement.properties)
      .field("documents", application.statement.documents)
      .field("state", name_of(application.state))
      .field("reviewer", application.reviewer)
      .field("history", application.history)
      .done();
}

}  // namespace kontor::domain::application
