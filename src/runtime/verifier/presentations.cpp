#include "runtime/verifier/presentations.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/lru/lru.hpp"
#include "base/text/text.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/failure.hpp"
#include "protocol/dcp/messages.hpp"
#include "protocol/dcp/normalise.hpp"
#include "runtime/verifier/checked_signatures.hpp"
#include "runtime/verifier/resolve_keys.hpp"

namespace kontor::runtime::verifier {

namespace dcp = protocol::dcp;
namespace http = platform::http;
namespace vc = protocol::vc;
using platform::async::Deadline;

namespace {

/// What a holder lacks it may get at any moment: to have lacked it counts for the messages of one process and
/// not for the next.
constexpr Duration lacking_max_age = std::chrono::seconds(1);

/// What a peer answered.
struct Answer {
  std::vector<vc::SignedPresentation> presentations;  ///< without credentials of issuers that are not trusted
  std::size_t bytes = 0;                              ///< as it came
  std::vector<std::string> untrusted;                 ///< says which those were
  std::vector<vc::TrustedIssuer> trusted_issuers;
  protocol::did::RelationshipPolicy relationships = protocol::did::RelationshipPolicy::strict;
  Did audience;
  std::vector<vc::KeyReference> keys;
  std::set<std::string> status_lists;  ///< of those credentials that are good but for status and schema
  std::set<std::string> schemas;       ///< of the same
  mutable CheckedSignatures signatures = {};
};
/// What a verdict on an answer rests on, beside the time.
struct Grounds {
  vc::ResolvedKeys keys;
  vc::KnownLists lists;
  KnownSchemas schemas;
};
/// What came of looking at an answer.
struct Verdict {
  Peer peer;
  bool went_bad = false;  ///< a credential was left out for which the peer may hold a better one
  Grounds grounds;
  Instant until;  ///< a date in it turns
};
/// What an exchange has yielded.
struct Proved {
  std::shared_ptr<const Answer> answer;
  Verdict verdict;
};
using Key = std::tuple<ContextId, Did, std::string>;

struct Entry {
  explicit Entry(boost::asio::any_io_executor executor) : asking(std::move(executor)) {}

  std::shared_ptr<const Answer> answer;
  Instant good_until;
  std::optional<Verdict> verdict;
  platform::async::Mutex asking;
};

/// The same values, each of them there.
template <class Values, class IsSame>
bool all_same(const Values& some, const Values& others, IsSame is_same) {
  return std::ranges::equal(some, others, [&](const auto& one, const auto& other) {
    return one.first == other.first && one.second && other.second && is_same(*one.second, *other.second);
  });
}

bool is_same(const Grounds& some, const Grounds& others) {
  return all_same(some.keys, others.keys, std::equal_to<crypto::PublicKey>()) &&
         all_same(some.lists, others.lists, std::equal_to<std::shared_ptr<const vc::StatusList>>()) &&
         all_same(some.schemas, others.schemas, std::equal_to<SchemaPtr>());
}

/// What a credential itself can lose over time without its holder having lied.
bool only_out_of_date(vc::Reason reason) {
  switch (reason) {
    case vc::Reason::expired:
    case vc::Reason::not_yet_valid:
    case vc::Reason::untrusted_issuer:
    case vc::Reason::revoked:
    case vc::Reason::suspended:
    case vc::Reason::status_unknown:
    case vc::Reason::schema_violated:
      return true;
    case vc::Reason::key_not_found:
    case vc::Reason::bad_signature:
    case vc::Reason::foreign_key:
    case vc::Reason::wrong_holder:
    case vc::Reason::wrong_audience:
    case vc::Reason::missing_type:
    case vc::Reason::no_credentials:
      return false;
  }
  return false;
}

bool is_trusted(const vc::Credential& credential, const std::vector<vc::TrustedIssuer>& issuers) {
  return std::ranges::any_of(issuers,
                             [&](const vc::TrustedIssuer& each) { return each.did == credential.issuer; });
}

/// Whether something was asked for of which nothing is believed.
bool lacks_something(const Peer& peer, const std::vector<dcp::Scope>& asked) {
  return std::ranges::any_of(asked, [&](const dcp::Scope& scope) {
    return std::ranges::none_of(peer.credentials,
                                [&](const vc::Credential& each) { return dcp::grants(scope, each); });
  });
}

/// Takes out what no trusted issuer is said to have issued, so that nobody is asked for its keys and lists.
std::vector<std::string> drop_untrusted(std::vector<vc::SignedPresentation>& presentations,
                                        const std::vector<vc::TrustedIssuer>& issuers) {
  std::vector<std::string> dropped;
  for (auto& presentation : presentations) {
    std::erase_if(presentation.credentials, [&](const vc::SignedCredential& each) {
      if (is_trusted(each.credential, issuers)) return false;
      dropped.push_back(fmt::format("credential {}: its issuer {} is not trusted",
                                    text::for_log(each.credential.id),
                                    text::for_log(each.credential.issuer.str())));
      return true;
    });
  }
  return dropped;
}

std::vector<vc::KeyReference> keys_of(const std::vector<vc::SignedPresentation>& presentations) {
  std::vector<vc::KeyReference> references;
  for (const auto& presentation : presentations) {
    for (auto& reference : vc::required_keys(presentation)) references.push_back(std::move(reference));
  }
  return references;
}

}  // namespace

struct Presentations::State {
  Task<Result<std::optional<Peer>>> remembered(std::shared_ptr<Entry> entry, const Question& question,
                                               Deadline deadline);
  Task<Result<Proved>> prove(const Question& question, Deadline deadline);
  Result<Verdict> examine(const Answer& answer, Grounds grounds, const Question& question);
  Task<Result<Grounds>> grounds_of(const Answer& answer, Deadline deadline);
  Task<Result<std::shared_ptr<const Answer>>> fetch(const Question& question, Deadline deadline);
  Task<Result<std::string>> query(const Question& question, Deadline deadline);
  Task<void> find_what_to_fetch(std::shared_ptr<Answer> answer, const Question& question, Deadline deadline);
  vc::CredentialExpectations expectations(const Question& question) const {
    return {.now = services.clock.now(),
            .holder = question.caller.did,
            .trusted_issuers = question.trusted_issuers};
  }
  std::shared_ptr<Entry> entry_of(Key key);

  Services services;
  PresentationsConfig config;
  PresentationCounters counters;
  Lru<Key, std::shared_ptr<Entry>> entries{config.kept_max};
};

Presentations::Presentations(Services services, PresentationsConfig config)
    : state_(new State{services, config}) {}
Presentations::~Presentations() = default;

void Presentations::forget() {
  state_->entries.clear();
}

PresentationCounters Presentations::counters() const {
  return state_->counters;
}

Task<Result<Peer>> Presentations::ask(Question question, Deadline deadline) {
  auto state = state_;
  auto& clock = state->services.clock;
  if (question.scopes.empty()) co_return Peer{question.caller.did, {}, {}};
  if (state->config.max_age <= Duration::zero()) {
    auto proved = co_await state->prove(question, deadline);
    if (!proved) co_return fail(std::move(proved.error()));
    co_return std::move(proved->verdict.peer);
  }
  auto entry = state->entry_of({question.context, question.caller.did, dcp::to_string(question.scopes)});
  auto guard = co_await entry->asking.lock(clock, deadline);
  if (!guard) co_return fail(std::move(guard.error()), "ask {} for its credentials", question.caller.did);
  auto known = co_await state->remembered(entry, question, deadline);
  if (!known) co_return fail(std::move(known.error()), "verify the credentials of {}", question.caller.did);
  if (*known) co_return std::move(**known);
  auto proved = co_await state->prove(question, deadline);
  if (!proved) co_return fail(std::move(proved.error()));
  if (proved->answer->bytes > state->config.kept_bytes_max) {
    entry->answer.reset();
    co_return std::move(proved->verdict.peer);
  }
  entry->answer = std::move(proved->answer);
  const bool lacking = lacks_something(proved->verdict.peer, question.scopes);
  entry->good_until =
      clock.now() + (lacking ? std::min(lacking_max_age, state->config.max_age) : state->config.max_age);
  entry->verdict = std::move(proved->verdict);
  co_return entry->verdict->peer;
}

Task<Result<Proved>> Presentations::State::prove(const Question& question, Deadline deadline) {
  auto fetched = co_await fetch(question, deadline);
  if (!fetched) co_return fail(std::move(fetched.error()), "ask {} for its credentials", question.caller.did);
  auto grounds = co_await grounds_of(**fetched, deadline);
  if (!grounds)
    co_return fail(std::move(grounds.error()), "verify the credentials of {}", question.caller.did);
  auto verdict = examine(**fetched, std::move(*grounds), question);
  if (!verdict) co_return fail(std::move(verdict.error()));
  co_return Proved{std::move(*fetched), std::move(*verdict)};
}

/// What is known of the peer, where that is still enough.
Task<Result<std::optional<Peer>>> Presentations::State::remembered(std::shared_ptr<Entry> entry,
                                                                   const Question& question,
                                                                   Deadline deadline) {
  const auto answer = entry->answer;
  if (!answer || services.clock.now() >= entry->good_until ||
      answer->trusted_issuers != question.trusted_issuers || answer->relationships != question.relationships)
    co_return std::nullopt;
  auto grounds = co_await grounds_of(*answer, deadline);
  if (!grounds) co_return fail(std::move(grounds.error()));
  const auto& before = entry->verdict;
  if (before && services.clock.now() < before->until && is_same(before->grounds, *grounds)) {
    if (before->went_bad) co_return std::nullopt;
    ++counters.remembered;
    co_return before->peer;
  }
  auto verdict = examine(*answer, std::move(*grounds), question);
  if (!verdict || verdict->went_bad) co_return std::nullopt;
  entry->verdict = std::move(*verdict);
  co_return entry->verdict->peer;
}

std::shared_ptr<Entry> Presentations::State::entry_of(Key key) {
  if (const auto* found = entries.find(key)) return *found;
  const auto is_of_the_context = [&](const Key& each) { return std::get<0>(each) == std::get<0>(key); };
  entries.keep_last(config.kept_per_context_max - 1, is_of_the_context);
  auto entry = std::make_shared<Entry>(services.scope.executor());
  entries.put(std::move(key), entry);
  return entry;
}

Task<Result<std::string>> Presentations::State::query(const Question& question, Deadline deadline) {
  if (!question.caller.access_token)
    co_return fail(ErrorCode::unauthenticated, "the token grants no credentials");
  auto document =
      co_await services.resolver.resolve(question.caller.did, platform::did::Freshness::cached, deadline);
  if (!document) co_return fail(std::move(document.error()));
  auto endpoint =
      protocol::did::service_endpoint(**document, protocol::did::service_type::credential_service);
  if (!endpoint)
    co_return fail_as(ErrorCode::unauthenticated, std::move(endpoint.error()), "its DID document");
  auto token = co_await services.tokens.presenting(question.context, question.caller.did,
                                                   *question.caller.access_token);
  if (!token) co_return fail(std::move(token.error()));
  dcp::PresentationQueryMessage query;
  for (const auto& scope : question.scopes) query.scope.push_back(dcp::to_string(scope));
  http::Request request{"POST", *endpoint + "/presentations/query"};
  request.headers.set("Authorization", std::move(*token));
  request.headers.set("Content-Type", "application/json");
  request.body.text = json::encode(query);
  http::SendOptions options{.deadline = deadline, .body_bytes_max = config.response_bytes_max};
  auto response = co_await services.client.send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()));
  if (response->status != 200) {
    const auto failure = http::failure_of(response->status);
    co_return fail(failure == ErrorCode::peer_unavailable ? failure : ErrorCode::unauthenticated,
                   "its credential service answered {}", response->status);
  }
  co_return std::move(response->body.text);
}

Task<Result<std::shared_ptr<const Answer>>> Presentations::State::fetch(const Question& question,
                                                                        Deadline deadline) {
  auto audience = co_await services.tokens.did_of(question.context);
  if (!audience) co_return fail(std::move(audience.error()));
  ++counters.asked;
  auto text = co_await query(question, deadline);
  if (!text) co_return fail(std::move(text.error()));
  auto body = json::parse(*text, {.bytes_max = config.response_bytes_max});
  if (!body) co_return fail_as(ErrorCode::unauthenticated, std::move(body.error()), "its answer");
  auto message = json::decode_value<dcp::PresentationResponseMessage>(dcp::normalise(*body));
  if (!message) co_return fail_as(ErrorCode::unauthenticated, std::move(message.error()), "its answer");
  if (message->presentation.size() > config.presentations_max)
    co_return fail(ErrorCode::unauthenticated, "its answer holds more than {} presentations",
                   config.presentations_max);
  auto answer = std::make_shared<Answer>();
  answer->bytes = text->size();
  for (const auto& element : message->presentation) {
    auto presentation = vc::parse_presentation(element);
    if (!presentation)
      co_return fail_as(ErrorCode::unauthenticated, std::move(presentation.error()), "its answer");
    answer->presentations.push_back(std::move(*presentation));
  }
  answer->untrusted = drop_untrusted(answer->presentations, question.trusted_issuers);
  answer->trusted_issuers = question.trusted_issuers;
  answer->relationships = question.relationships;
  answer->audience = std::move(*audience);
  answer->keys = keys_of(answer->presentations);
  co_await find_what_to_fetch(answer, question, deadline);
  co_return answer;
}

/// Without its schema and its list a good credential is rejected for these and nothing else.
Task<void> Presentations::State::find_what_to_fetch(std::shared_ptr<Answer> answer, const Question& question,
                                                    Deadline deadline) {
  vc::Evidence evidence;
  evidence.check_signature = answer->signatures.counted_by(counters.signatures);
  evidence.keys = co_await resolve_keys(services.resolver, answer->keys, answer->relationships, deadline);
  const auto expected = expectations(question);
  for (const auto& presentation : answer->presentations) {
    for (const auto& credential : presentation.credentials) {
      const auto verdict = vc::verify_credential(credential, expected, evidence);
      const bool worth_it = verdict || verdict.error().reason == vc::Reason::status_unknown ||
                            verdict.error().reason == vc::Reason::schema_violated;
      if (!worth_it) continue;
      answer->status_lists.merge(vc::required_status_lists(credential));
      answer->schemas.merge(vc::required_schemas(credential));
    }
  }
}

/// A key, a list or a schema that cannot be had for a moment says nothing against a credential. To leave the
/// credential out would make a catalog shorter and a refusal final.
Task<Result<Grounds>> Presentations::State::grounds_of(const Answer& answer, Deadline deadline) {
  Grounds grounds;
  grounds.keys = co_await resolve_keys(services.resolver, answer.keys, answer.relationships, deadline);
  for (const auto& [reference, key] : grounds.keys) {
    if (!key && key.error().row().retry == Retry::later)
      co_return fail_as(ErrorCode::unavailable, key.error(), "find the keys of {}", reference.did);
  }
  for (const auto& url : answer.status_lists) {
    auto list = co_await services.status_lists.list(url, deadline);
    if (!list && list.error().row().retry == Retry::later)
      co_return fail_as(ErrorCode::unavailable, std::move(list.error()), "look at their status");
    grounds.lists.insert_or_assign(url, std::move(list));
  }
  grounds.schemas = co_await services.schemas.all(answer.schemas, deadline);
  if (const auto* unknown = unknown_for_now(grounds.schemas))
    co_return fail_as(ErrorCode::unavailable, *unknown, "look at their schemas");
  co_return grounds;
}

Result<Verdict> Presentations::State::examine(const Answer& answer, Grounds grounds,
                                              const Question& question) {
  ++counters.verified;
  const vc::PresentationExpectations expected{.credentials = expectations(question),
                                              .audience = answer.audience};
  Verdict examined{.peer = {question.caller.did, {}, answer.untrusted},
                   .grounds = std::move(grounds),
                   .until = Instant::max()};
  const auto& rests_on = examined.grounds;
  const vc::Evidence evidence{.keys = rests_on.keys,
                              .status_lists = rests_on.lists,
                              .check_schema = check_with(rests_on.schemas),
                              .check_signature = answer.signatures.counted_by(counters.signatures)};
  for (const auto& presentation : answer.presentations) {
    examined.until = std::min(examined.until, vc::dates_hold_until(presentation, expected.credentials.now));
    for (const auto& credential : presentation.credentials) {
      auto verdict = vc::verify_credential(credential, expected.credentials, evidence);
      if (verdict) {
        examined.peer.credentials.push_back(credential.credential);
      } else if (only_out_of_date(verdict.error().reason)) {
        examined.went_bad |= verdict.error().reason != vc::Reason::untrusted_issuer;
        examined.peer.left_out.push_back(verdict.error().detail);
      } else {
        return fail(vc::to_error(verdict.error()));
      }
    }
    auto verdict = vc::verify_presenter(presentation, expected, evidence);
    if (!verdict) return fail(vc::to_error(verdict.error()));
  }
  return examined;
}

}  // namespace kontor::runtime::verifier
