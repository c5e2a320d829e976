#include "domain/application/decide.hpp"

#include <algorithm>

#include "domain/application/codec.hpp"

namespace kontor::domain::application {
namespace {

Result<void> bounded(std::string pointer, std::string_view text) {
  if (text.size() <= limits.text_bytes_max) return {};
  return invalid(std::move(pointer), "has {} bytes, {} are allowed", text.size(), limits.text_bytes_max);
}

/// An absolute URI (RFC 3986 §3): a scheme and what it names.
bool is_uri(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == text.size()) return false;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto in_scheme = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  return is_letter(text.front()) && std::ranges::all_of(text.substr(0, colon), in_scheme) &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_digest(std::string_view text) {
  constexpr std::size_t digits = 64;
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == digits && std::ranges::all_of(text, is_digit);
}

Result<void> check(const DocumentReference& document, const std::string& pointer) {
  if (auto done = bounded(pointer + "/reference", document.reference); !done) return done;
  if (auto done = bounded(pointer + "/name", document.name); !done) return done;
  if (auto done = bounded(pointer + "/mediaType", document.media_type); !done) return done;
  if (!is_uri(document.reference))
    return invalid(pointer + "/reference", "must be an absolute URI, such as https://… or urn:…");
  if (!is_digest(document.sha256))
    return invalid(pointer + "/sha256", "must be the document's SHA-256 in 64 lower-case hexadecimal digits");
  return {};
}

Result<void> check(const Statement& statement) {
  if (statement.holder_name.empty()) return invalid("/holderName", "must not be empty");
  if (statement.credential_type.empty()) return invalid("/credentialType", "must not be empty");
  if (statement.documents.size() > limits.documents_max) {
    return invalid("/documents", "has {} entries, {} are allowed", statement.documents.size(),
                   limits.documents_max);
  }
  if (statement.properties.size() > limits.properties_max) {
    return invalid("/properties", "has {} members, {} are allowed", statement.properties.size(),
                   limits.properties_max);
  }
  if (auto done = bounded("/holderName", statement.holder_name); !done) return done;
  if (auto done = bounded("/credentialType", statement.credential_type); !done) return done;
  for (std::size_t i = 0; i < statement.documents.size(); ++i) {
    auto done = check(statement.documents[i], "/documents/" + std::to_string(i));
    if (!done) return done;
  }
  return {};
}

/// One action upon an application: what it is, who does it, and the states that it leads out of and into.
struct Step {
  Action action;
  ActorId by;
  std::string comment;
  std::vector<State> from;
  State to;
  bool decides = false;  ///< not by who submitted
  bool comment_needed = false;
  bool by_reviewer = false;
};

Step step_of(const Submit& event) {
  return {Action::submit, event.by, "", {}, State::submitted};
}

Step step_of(const StartReview& event) {
  return {.action = Action::start_review,
          .by = event.by,
          .comment = "",
          .from = {State::submitted, State::in_review},
          .to = State::in_review,
          .by_reviewer = true};
}

Step step_of(const RequestChanges& event) {
  return {.action = Action::request_changes,
          .by = event.by,
          .comment = event.comment,
          .from = {State::submitted, State::in_review},
          .to = State::changes_requested,
          .comment_needed = true,
          .by_reviewer = true};
}

Step step_of(const Resubmit& event) {
  return {Action::resubmit, event.by, event.comment, {State::changes_requested}, State::submitted};
}

Step step_of(const Approve& event) {
  return {.action = Action::approve,
          .by = event.by,
          .comment = event.comment,
          .from = {State::submitted, State::in_review},
          .to = State::approved,
          .decides = true,
          .by_reviewer = true};
}

Step step_of(const Reject& event) {
  return {.action = Action::reject,
          .by = event.by,
          .comment = event.comment,
          .from = {State::submitted, State::in_review, State::changes_requested},
          .to = State::rejected,
          .decides = true,
          .comment_needed = true,
          .by_reviewer = true};
}

Step step_of(const Withdraw& event) {
  return {Action::withdraw,
          event.by,
          event.comment,
          {State::submitted, State::in_review, State::changes_requested},
          State::withdrawn};
}

bool repeats_the_last(const Application& application, const Step& step) {
  const auto& last = application.history.back();
  return last.action == step.action && last.by == step.by && last.comment == step.comment &&
         application.state == step.to;
}

bool submitted_by(const Application& application, const ActorId& actor) {
  return std::ranges::any_of(application.history, [&](const HistoryEntry& entry) {
    return entry.by == actor && (entry.action == Action::submit || entry.action == Action::resubmit);
  });
}

Result<void> check(const Application& application, const Step& step) {
  if (std::ranges::find(step.from, application.state) == step.from.end()) {
    return fail(ErrorCode::illegal_transition, "application {} is {}: '{}' is not possible", application.id,
                name_of(application.state), name_of(step.action));
  }
  if (step.comment_needed && step.comment.empty()) return invalid("/comment", "must say why");
  if (auto done = bounded("/comment", step.comment); !done) return done;
  if (step.decides && submitted_by(application, step.by)) {
    return fail(ErrorCode::forbidden,
                "{} submitted application {} and cannot decide about it: ask somebody else", step.by,
                application.id);
  }
  if (application.history.size() >= limits.history_max) {
    return invalid("/history", "has {} entries: submit a new application", limits.history_max);
  }
  return {};
}

Decision recorded(Application next, Step step, Instant now) {
  next.state = step.to;
  if (step.by_reviewer) next.reviewer = step.by;
  next.history.push_back({now, step.by, step.action, std::move(step.comment)});
  static constexpr std::string_view past[] = {
      "submitted", "review_started", "changes_requested", "resubmitted", "approved", "rejected", "withdrawn"};
  const auto name = past[static_cast<std::size_t>(step.action)];
  return {.next = std::move(next), .happened = {"application." + std::string(name)}};
}

Result<Decision> submit(const Submit& event, Instant now) {
  if (auto done = check(event.statement); !done) return fail(std::move(done.error()));
  Application application{.id = event.id, .applicant = event.applicant, .statement = event.statement};
  return recorded(std::move(application), step_of(event), now);
}

Result<Decision> submit_again(const Application& current, const Submit& event) {
  const auto& first = current.history.front();
  const bool same = current.history.size() == 1 && first.by == event.by &&
                    current.applicant == event.applicant && current.statement == event.statement;
  if (same) return Decision{.next = current};
  return fail(ErrorCode::conflict, "there is another application with the id {}", current.id);
}

}  // namespace

Result<Decision> decide(const Application* current, const Event& event, Instant now) {
  if (const auto* first = std::get_if<Submit>(&event)) {
    return current ? submit_again(*current, *first) : submit(*first, now);
  }
  if (!current) return fail(ErrorCode::not_found, "there is no such application");
  auto step = std::visit([](const auto& one) { return step_of(one); }, event);
  const auto* again = std::get_if<Resubmit>(&event);
  const bool says_the_same = !again || again->statement == current->statement;
  if (says_the_same && repeats_the_last(*current, step)) return Decision{.next = *current};
  if (auto done = check(*current, step); !done) return fail(std::move(done.error()));
  auto next = *current;
  if (again) {
    if (auto done = check(again->statement); !done) return fail(std::move(done.error()));
    next.statement = again->statement;
  }
  return recorded(std::move(next), std::move(step), now);
}

bool authorises(const Application& application, const Did& holder, std::string_view credential_type) {
  return application.state == State::approved && application.applicant == holder &&
         application.statement.credential_type == credential_type;
}

Result<json::Object> approved_claims(const Application& application) {
  if (application.state != State::approved) {
    return fail(ErrorCode::illegal_transition, "application {} is {}, not approved", application.id,
                name_of(application.state));
  }
  auto claims = application.statement.properties;
  claims["id"] = application.applicant.str();
  claims["name"] = application.statement.holder_name;
  claims["credentialType"] = application.statement.credential_type;
  claims["applicationId"] = application.id.str();
  claims["approvedAt"] = format_instant(application.history.back().at);
  return claims;
}

}  // namespace kontor::domain::application
