#include "runtime/identity/presentations.hpp"

#include <map>
#include <tuple>

#include "platform/async/signal.hpp"
#include "protocol/dcp/messages.hpp"
#include "protocol/dcp/normalise.hpp"
#include "runtime/identity/resolve_keys.hpp"

namespace kontor::runtime::identity {

namespace dcp = protocol::dcp;
namespace http = platform::http;
namespace vc = protocol::vc;
using platform::async::Deadline;

namespace {

using Parsed = std::vector<vc::SignedPresentation>;
using Key = std::tuple<ContextId, Did, std::string>;

struct Entry {
  explicit Entry(boost::asio::any_io_executor executor) : asking(std::move(executor)) {}

  std::shared_ptr<const Parsed> presentations;
  std::string audience;
  Instant good_until;
  platform::async::Mutex asking;
};

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

}  // namespace

struct Presentations::State {
  Task<Result<Peer>> examine(const Parsed& presentations, const Question& question, Did audience,
                             Deadline deadline);
  Task<vc::Evidence> gather(const Parsed& presentations, Deadline deadline);
  Task<Result<std::shared_ptr<const Parsed>>> fetch(const Question& question, Deadline deadline);
  std::shared_ptr<Entry> entry_of(Key key);

  Services services;
  PresentationsConfig config;
  std::map<Key, std::shared_ptr<Entry>> entries;
};

Presentations::Presentations(Services services, PresentationsConfig config)
    : state_(new State{services, config, {}}) {}
Presentations::~Presentations() = default;

void Presentations::forget() {
  state_->entries.clear();
}

Task<Result<Peer>> Presentations::ask(Question question, Deadline deadline) {
  auto state = state_;
  auto& clock = state->services.clock;
  if (question.scopes.empty()) co_return Peer{question.caller.did, {}, {}};
  auto entry = state->entry_of({question.context, question.caller.did, dcp::to_string(question.scopes)});
  auto guard = co_await entry->asking.lock();
  if (entry->presentations && clock.now() < entry->good_until) {
    auto peer = co_await state->examine(*entry->presentations, question, Did(entry->audience), deadline);
    if (peer && peer->left_out.empty()) co_return peer;
  }
  auto fetched = co_await state->fetch(question, deadline);
  if (!fetched) co_return fail(std::move(fetched.error()), "ask {} for its credentials", question.caller.did);
  auto audience = co_await state->services.tokens.did_of(question.context);
  if (!audience) co_return fail(std::move(audience.error()));
  auto peer = co_await state->examine(**fetched, question, *audience, deadline);
  if (!peer) co_return fail(std::move(peer.error()));
  entry->presentations = *fetched;
  entry->audience = audience->str();
  entry->good_until = clock.now() + state->config.max_age;
  co_return peer;
}

std::shared_ptr<Entry> Presentations::State::entry_of(Key key) {
  if (auto found = entries.find(key); found != entries.end()) return found->second;
  if (entries.size() >= config.kept_max) {
    const auto now = services.clock.now();
    std::erase_if(entries, [now](const auto& each) { return each.second->good_until <= now; });
    if (entries.size() >= config.kept_max) entries.erase(entries.begin());
  }
  return entries.emplace(std::move(key), std::make_shared<Entry>(services.scope.executor())).first->second;
}

Task<Result<std::shared_ptr<const Parsed>>> Presentations::State::fetch(const Question& question,
                                                                        Deadline deadline) {
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
    const bool transient = response->status >= 500 || response->status == 429;
    co_return fail(transient ? ErrorCode::peer_unavailable : ErrorCode::unauthenticated,
                   "its credential service answered {}", response->status);
  }
  auto body = json::parse(response->body.text, {.bytes_max = config.response_bytes_max});
  if (!body) co_return fail_as(ErrorCode::unauthenticated, std::move(body.error()), "its answer");
  auto message = json::decode_value<dcp::PresentationResponseMessage>(dcp::normalise(*body));
  if (!message) co_return fail_as(ErrorCode::unauthenticated, std::move(message.error()), "its answer");
  auto parsed = std::make_shared<Parsed>();
  for (const auto& element : message->presentation) {
    auto presentation = vc::parse_presentation(element);
    if (!presentation)
      co_return fail_as(ErrorCode::unauthenticated, std::move(presentation.error()), "its answer");
    parsed->push_back(std::move(*presentation));
  }
  co_return parsed;
}

Task<vc::Evidence> Presentations::State::gather(const Parsed& presentations, Deadline deadline) {
  std::vector<vc::KeyReference> references;
  vc::Evidence evidence;
  for (const auto& presentation : presentations) {
    for (auto& reference : vc::required_keys(presentation)) references.push_back(std::move(reference));
    for (const auto& url : vc::required_status_lists(presentation)) {
      auto list = co_await services.status_lists.list(url, deadline);
      if (list) {
        evidence.status_lists.insert_or_assign(url, **list);
      } else {
        evidence.status_lists.insert_or_assign(url, std::unexpected(std::move(list.error())));
      }
    }
  }
  evidence.keys = co_await resolve_keys(services.resolver, std::move(references), deadline);
  co_return evidence;
}

Task<Result<Peer>> Presentations::State::examine(const Parsed& presentations, const Question& question,
                                                 Did audience, Deadline deadline) {
  auto evidence = co_await gather(presentations, deadline);
  vc::PresentationExpectations expected{.credentials = {.now = services.clock.now(),
                                                        .holder = question.caller.did,
                                                        .trusted_issuers = question.trusted_issuers},
                                        .audience = std::move(audience)};
  Peer peer{question.caller.did, {}, {}};
  for (auto presentation : presentations) {
    std::vector<vc::SignedCredential> good;
    for (auto& credential : presentation.credentials) {
      auto verdict = vc::verify_credential(credential, expected.credentials, evidence);
      if (verdict) {
        good.push_back(std::move(credential));
      } else if (only_out_of_date(verdict.error().reason)) {
        peer.left_out.push_back(verdict.error().detail);
      } else {
        co_return fail(vc::to_error(verdict.error()));
      }
    }
    presentation.credentials = std::move(good);
    auto verdict = vc::verify_presentation(presentation, expected, evidence);
    if (!verdict) co_return fail(vc::to_error(verdict.error()));
    for (auto& credential : presentation.credentials)
      peer.credentials.push_back(std::move(credential.credential));
  }
  co_return peer;
}

}  // namespace kontor::runtime::identity
