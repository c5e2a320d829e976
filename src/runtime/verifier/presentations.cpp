#include "runtime/verifier/presentations.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/lru/lru.hpp"
#include "platform/async/signal.hpp"
#include "runtime/verifier/presented.hpp"
#include "runtime/verifier/resolve_keys.hpp"

namespace kontor::runtime::verifier {

namespace dcp = protocol::dcp;
namespace vc = protocol::vc;
using platform::async::Deadline;

namespace {

/// What a verdict on an answer rests on, beside the time.
struct Grounds {
  vc::ResolvedKeys keys;
  vc::KnownLists lists;
  KnownSchemas schemas;
};
/// What came of looking at an answer.
struct Verdict {
  Peer peer;
  bool went_bad = false;   ///< a credential was left out for which the peer may hold a better one
  bool withdrawn = false;  ///< one of those was revoked or suspended
  Grounds grounds;
  Instant until;  ///< a date in it turns
};
/// What an exchange has yielded.
struct Proved {
  std::shared_ptr<const Presented> answer;
  Verdict verdict;
  /// What was withdrawn may have been good when it was presented, and another in its place by now.
  bool is_overtaken = false;
};
using Key = std::tuple<ContextId, Did, std::string>;

struct Entry {
  explicit Entry(boost::asio::any_io_executor executor) : asking(std::move(executor)) {}

  std::shared_ptr<const Presented> answer;
  Instant good_until;
  std::optional<Verdict> verdict;
  std::uint64_t begun = 0;         ///< exchanges
  std::uint64_t settled_from = 0;  ///< the number of the last one after which nothing is open
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

/// Whether something was asked for of which nothing is believed.
bool lacks_something(const Peer& peer, const std::vector<dcp::Scope>& asked) {
  return std::ranges::any_of(asked, [&](const dcp::Scope& scope) {
    return std::ranges::none_of(peer.credentials,
                                [&](const vc::Credential& each) { return dcp::grants(scope, each); });
  });
}

/// Whether the peer could be refused nothing for what it lacks or for what went bad.
bool is_enough(const Verdict& verdict, const Presentations::Question& question) {
  if (!verdict.went_bad && !lacks_something(verdict.peer, question.scopes)) return true;
  return question.suffices && question.suffices(verdict.peer);
}

/// Another presentation takes another access token, and with it another message.
std::unexpected<Error> overtaken(const Presentations::Question& question) {
  return fail(
      ErrorCode::unavailable,
      "a credential of {} was revoked or suspended while it was presented, and what took its place is "
      "not known",
      question.caller.did);
}

}  // namespace

struct Presentations::State {
  Task<Result<std::optional<Peer>>> remembered(std::shared_ptr<Entry> entry, const Question& question,
                                               std::uint64_t begun, Deadline deadline);
  Task<Result<Peer>> exchange(std::shared_ptr<Entry> entry, const Question& question, Deadline deadline);
  Task<Result<Proved>> prove(const Question& question, Deadline deadline);
  Result<Verdict> examine(const Presented& answer, Grounds grounds, const Question& question);
  Task<Result<Grounds>> grounds_of(const Presented& answer, Deadline deadline);
  void keep_proven(const Presented& answer);
  Task<void> find_what_to_fetch(Presented& answer, const Question& question, Deadline deadline);
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
  KnownCredentials known{config.credentials_bytes_max};
};

Presentations::Presentations(Services services, PresentationsConfig config)
    : state_(new State{services, config}) {}
Presentations::~Presentations() = default;

void Presentations::forget() {
  state_->entries.clear();
  state_->known.forget();
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
    if (proved->is_overtaken) co_return overtaken(question);
    co_return std::move(proved->verdict.peer);
  }
  auto entry = state->entry_of({question.context, question.caller.did, dcp::to_string(question.scopes)});
  const auto begun = entry->begun;
  auto guard = co_await entry->asking.lock(clock, deadline);
  if (!guard) co_return fail(std::move(guard.error()), "ask {} for its credentials", question.caller.did);
  auto known = co_await state->remembered(entry, question, begun, deadline);
  if (!known) co_return fail(std::move(known.error()), "verify the credentials of {}", question.caller.did);
  if (*known) co_return std::move(**known);
  co_return co_await state->exchange(entry, question, deadline);
}

Task<Result<Peer>> Presentations::State::exchange(std::shared_ptr<Entry> entry, const Question& question,
                                                  Deadline deadline) {
  const auto number = ++entry->begun;
  auto proved = co_await prove(question, deadline);
  if (!proved) co_return fail(std::move(proved.error()));
  if (proved->answer->bytes > config.kept_bytes_max) {
    entry->answer.reset();
    if (proved->is_overtaken) co_return overtaken(question);
    co_return std::move(proved->verdict.peer);
  }
  entry->answer = std::move(proved->answer);
  entry->good_until = services.clock.now() + config.max_age;
  entry->verdict = std::move(proved->verdict);
  if (proved->is_overtaken) co_return overtaken(question);
  entry->settled_from = number;
  co_return entry->verdict->peer;
}

Task<Result<Proved>> Presentations::State::prove(const Question& question, Deadline deadline) {
  ++counters.asked;
  const auto changes = services.status_lists.changes();
  auto fetched = co_await ask_holder(services, config, question, known, deadline);
  if (!fetched) co_return fail(std::move(fetched.error()), "ask {} for its credentials", question.caller.did);
  auto answer = std::make_shared<Presented>(std::move(*fetched));
  co_await find_what_to_fetch(*answer, question, deadline);
  keep_proven(*answer);
  auto grounds = co_await grounds_of(*answer, deadline);
  if (!grounds)
    co_return fail(std::move(grounds.error()), "verify the credentials of {}", question.caller.did);
  auto verdict = examine(*answer, std::move(*grounds), question);
  if (!verdict) co_return fail(std::move(verdict.error()));
  const bool has_changed = std::ranges::any_of(answer->status_lists, [&](const std::string& url) {
    return services.status_lists.changed(url) > changes;
  });
  const bool is_overtaken = verdict->withdrawn && has_changed && !is_enough(*verdict, question);
  co_return Proved{std::move(answer), std::move(*verdict), is_overtaken};
}

/// What is known of the peer, where that is still enough, or was asked for after this question came.
Task<Result<std::optional<Peer>>> Presentations::State::remembered(std::shared_ptr<Entry> entry,
                                                                   const Question& question,
                                                                   std::uint64_t begun, Deadline deadline) {
  const auto answer = entry->answer;
  if (!answer || services.clock.now() >= entry->good_until ||
      answer->trusted_issuers != question.trusted_issuers || answer->relationships != question.relationships)
    co_return std::nullopt;
  auto grounds = co_await grounds_of(*answer, deadline);
  if (!grounds) co_return fail(std::move(grounds.error()));
  const auto& before = entry->verdict;
  const bool is_unchanged =
      before && services.clock.now() < before->until && is_same(before->grounds, *grounds);
  if (!is_unchanged) {
    auto verdict = examine(*answer, std::move(*grounds), question);
    if (!verdict) co_return std::nullopt;
    entry->verdict = std::move(*verdict);
  }
  const bool is_answered = is_unchanged && entry->settled_from > begun;
  if (!is_answered && !is_enough(*entry->verdict, question)) co_return std::nullopt;
  if (is_unchanged) ++counters.remembered;
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

/// Without its schema and its list a good credential is rejected for these and nothing else.
Task<void> Presentations::State::find_what_to_fetch(Presented& answer, const Question& question,
                                                    Deadline deadline) {
  vc::Evidence evidence;
  evidence.check_signature = answer.signatures.counted_by(counters.signatures);
  evidence.keys = co_await resolve_keys(services.resolver, answer.keys, answer.relationships, deadline);
  const auto expected = expectations(question);
  for (const auto& presentation : answer.presentations) {
    for (const auto& credential : presentation.credentials) {
      const auto verdict = vc::verify_credential(*credential, expected, evidence);
      const bool worth_it = verdict || verdict.error().reason == vc::Reason::status_unknown ||
                            verdict.error().reason == vc::Reason::schema_violated;
      if (!worth_it) continue;
      answer.status_lists.merge(vc::required_status_lists(*credential));
      answer.schemas.merge(vc::required_schemas(*credential));
    }
  }
}

/// Nothing of issuers that are not trusted is left in the answer.
void Presentations::State::keep_proven(const Presented& answer) {
  for (const auto& presentation : answer.presentations) {
    for (const auto& credential : presentation.credentials) {
      const auto* key = answer.signatures.held_with(credential->jwt.jws);
      if (key) known.keep({credential, *key});
    }
  }
}

/// A key, a list or a schema that cannot be had for a moment says nothing against a credential. To leave the
/// credential out would make a catalog shorter and a refusal final.
Task<Result<Grounds>> Presentations::State::grounds_of(const Presented& answer, Deadline deadline) {
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

Result<Verdict> Presentations::State::examine(const Presented& answer, Grounds grounds,
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
      auto verdict = vc::verify_credential(*credential, expected.credentials, evidence);
      if (verdict) {
        examined.peer.credentials.push_back(credential->credential);
      } else if (only_out_of_date(verdict.error().reason)) {
        const auto reason = verdict.error().reason;
        examined.went_bad |= reason != vc::Reason::untrusted_issuer;
        examined.withdrawn |= reason == vc::Reason::revoked || reason == vc::Reason::suspended;
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
