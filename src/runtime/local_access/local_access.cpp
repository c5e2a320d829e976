#include "runtime/local_access/local_access.hpp"

#include <algorithm>
#include <array>

#include "base/text/text.hpp"
#include "platform/auth/role_matrix.hpp"
#include "platform/http/forwarded.hpp"
#include "protocol/dps/http_profile.hpp"
#include "protocol/query/query.hpp"

namespace kontor::runtime::local_access {

namespace http = platform::http;
namespace negotiation = domain::contract_negotiation;
namespace query = protocol::query;
namespace transfer = domain::transfer_process;
using platform::routing::Call;
using transfer_process::Loaded;

namespace {

constexpr std::uint32_t transfers_looked_at = 100;
constexpr std::size_t segments_before_path = 3;  ///< of `/agreements/{agreementId}`, the empty first included

/// No step to another folder, and nothing that becomes one when it is decoded.
bool is_harmless(std::string_view segment) {
  const auto lower = text::to_lower(segment);
  const auto name = std::string_view(lower).substr(0, lower.find(';'));
  if (name == "." || name == ".." || lower.contains('\\')) return false;
  return std::ranges::none_of(std::array{"%2e", "%2f", "%5c", "%25", "%00"},
                              [&](const char* step) { return lower.contains(step); });
}

/// Of an agreement that was ended, for which nothing comes again.
http::Response has_ended(const negotiation::AgreementEnd& end) {
  http::Response response{410};
  response.headers.set("Content-Type", "application/json");
  response.headers.set("Cache-Control", "no-store");
  auto detail = std::string("the agreement was ended; negotiate another one");
  if (!end.reason.empty()) detail += ": " + end.reason;
  response.body.text = json::serialize(json::ObjectWriter()
                                           .field("type", "about:blank")
                                           .field("title", "The agreement was ended")
                                           .field("status", std::uint32_t{410})
                                           .field("detail", detail)
                                           .done());
  return response;
}

/// What helps where no transfer of an agreement runs; `newest` of those there are.
std::unexpected<Error> nothing_runs(const Loaded* newest) {
  using enum transfer::State;
  constexpr auto code = ErrorCode::illegal_transition;
  if (!newest)
    return fail(code, "there is no transfer of this agreement: POST …/transferprocesses begins one");
  const auto& process = newest->entity;
  const auto state = transfer::state_names.name(process.state);
  switch (process.state) {
    case suspending:
    case suspending_requested:
    case suspended:
      return fail(code,
                  "the transfer '{0}' of this agreement is {1}: POST …/transferprocesses/{0}/resume, "
                  "unless the provider suspended it",
                  newest->id, state);
    case completing:
    case completing_requested:
    case completed:
    case terminating:
    case terminating_requested:
    case terminated:
      return fail(code,
                  "the last transfer of this agreement is {}{}{}: POST …/transferprocesses begins "
                  "another",
                  state, process.error_detail.empty() ? "" : ", ", process.error_detail);
    case initial:
    case preparation_requested:
    case requesting:
    case requested:
    case starting:
    case startup_requested:
    case started:
    case resuming:
    case resuming_requested:
    case resumed:
      break;
  }
  return fail(ErrorCode::unavailable, "the transfer '{}' of this agreement is {}: ask again", newest->id,
              state);
}

bool is_pull(const Loaded& each) {
  return each.entity.role == protocol::dsp::Role::consumer &&
         each.entity.subject.direction == transfer::Direction::pull;
}

query::Query transfers_of(const EntityId& agreement, std::uint32_t limit) {
  query::Query found;
  found.where = query::where("contractId", agreement.str());
  found.sort = {{.field = "stateTimestamp", .descending = true}};
  found.limit = limit;
  return found;
}

/// What is about the access itself is between the provider and us.
Result<void> check_status(unsigned status) {
  if (status == 401 || status == 403 || status == 407)
    return fail(ErrorCode::peer_refused, "the provider refused the access ({})", status);
  if (status >= 300 && status < 400 && status != 304)
    return fail(ErrorCode::peer_refused, "the provider redirects, which is not followed");
  return {};
}

}  // namespace

Result<std::string> provider_url(std::string_view endpoint, std::string_view target) {
  const auto halves = text::split_once(target, '?').value_or(std::pair(target, std::string_view()));
  const auto own = text::split_once(endpoint, '?').value_or(std::pair(endpoint, std::string_view()));
  std::string url(own.first);
  const auto segments = text::split(halves.first, '/');
  const bool has_path = segments.size() > segments_before_path;
  if (has_path) {
    while (url.ends_with('/')) url.pop_back();
  }
  for (std::size_t i = segments_before_path; i < segments.size(); ++i) {
    if (!is_harmless(segments[i]))
      return invalid("", "the path holds a segment that could leave the data's own path");
    url += "/" + std::string(segments[i]);
  }
  std::string query(own.second);
  if (!halves.second.empty()) query += (query.empty() ? "" : "&") + std::string(halves.second);
  return query.empty() ? url : url + "?" + query;
}

LocalAccess::LocalAccess(Services services, LocalAccessOptions options)
    : services_(std::move(services)),
      options_(options),
      answers_(OpenAnswers::make({services_.scope, services_.engine}, options.answers_max)) {}

Task<Result<http::Response>> LocalAccess::serve(Call call, http::Request request) {
  auto context = co_await context_of(call);
  if (!context) co_return fail(std::move(context.error()));
  call.context = *context;
  auto agreement = co_await agreement_of(call.context, call.entity("agreementId"));
  if (!agreement) co_return fail(std::move(agreement.error()));
  if (agreement->entity.end) co_return has_ended(*agreement->entity.end);
  auto running = co_await running_of(call.context, agreement->id);
  if (!running) co_return fail(std::move(running.error()));
  call.parameters["transferProcessId"] = running->id.str();
  auto answer = answers_->begin(call.context, running->id);
  if (!answer) co_return fail(std::move(answer.error()));
  auto response = co_await (*answer)->over.run(fetch(std::move(call), std::move(request)));
  if ((*answer)->over.interrupted()) co_return is_over();
  if (!response) co_return fail(std::move(response.error()));
  if (response->body.stream)
    response->body.stream = until_over(std::move(response->body.stream), std::move(*answer));
  co_return std::move(*response);
}

/// What an application may is asked as it is now, so that what was taken away counts at once.
Task<Result<ContextId>> LocalAccess::context_of(Call& call) {
  auto caller = co_await services_.authenticate(call.authorization);
  if (!caller) co_return fail(std::move(caller.error()));
  if (!caller->context) co_return fail(ErrorCode::forbidden, "the token is for no participant context");
  auto may = platform::auth::authorize(*call.route, *caller, *caller->context);
  if (!may) co_return fail(std::move(may.error()));
  call.caller = std::move(*caller);
  co_return *call.caller.context;
}

Task<Result<LocalAccess::Agreement>> LocalAccess::agreement_of(ContextId context, EntityId id) {
  using negotiation::ContractAgreementDocument;
  auto loaded = co_await services_.engine.load<ContractAgreementDocument>(std::move(context), id);
  const bool absent = loaded ? loaded->entity.role != protocol::dsp::Role::consumer
                             : loaded.error().code == ErrorCode::not_found;
  if (absent) co_return fail(ErrorCode::not_found, "there is no agreement '{}' to fetch under", id);
  co_return loaded;
}

Task<Result<Loaded>> LocalAccess::running_of(ContextId context, EntityId agreement) {
  auto that_run = transfers_of(agreement, transfers_looked_at);
  that_run.where = query::all_of(
      {std::move(that_run.where),
       query::where("stateName", std::string(transfer::state_names.name(transfer::State::started)))});
  auto page = co_await services_.engine.list<transfer::Machine>(context, std::move(that_run));
  if (!page) co_return fail(std::move(page.error()));
  auto found = std::ranges::find_if(page->entities, is_pull);
  if (found != page->entities.end()) co_return std::move(*found);
  auto all = co_await services_.engine.list<transfer::Machine>(std::move(context),
                                                               transfers_of(agreement, transfers_looked_at));
  if (!all) co_return fail(std::move(all.error()));
  found = std::ranges::find_if(all->entities, is_pull);
  co_return nothing_runs(found == all->entities.end() ? nullptr : &*found);
}

Task<Result<http::Response>> LocalAccess::fetch(Call call, http::Request request) {
  const auto trace = call.trace;
  auto address = co_await services_.transfers.access(std::move(call));
  if (!address) co_return fail(std::move(address.error()));
  auto access = protocol::dps::read_http_access(*address, {.https_only = false});
  if (!access) co_return fail_as(ErrorCode::peer_refused, std::move(access.error()), "read the address");
  auto url = provider_url(access->endpoint, request.target);
  if (!url) co_return fail(std::move(url.error()));
  http::Request inner{.method = std::move(request.method), .target = std::move(*url)};
  http::pass_on(request.headers, http::question_fields, inner.headers);
  http::pass_on(request.headers, http::content_fields, inner.headers);
  inner.body = std::move(request.body);
  if (access->access_token) inner.headers.set("Authorization", "Bearer " + *access->access_token);
  const auto head_by = platform::async::Deadline::after(services_.engine.clock(), options_.head_timeout);
  co_return co_await fetch_from_provider(
      services_.client, std::move(inner),
      {.deadline = head_by, .stall_timeout = options_.stall_timeout, .trace = trace});
}

Task<Result<http::Response>> fetch_from_provider(http::Client& client, http::Request request,
                                                 http::SendOptions options) {
  options.stream_response = true;
  auto response = co_await client.send(std::move(request), options);
  if (!response) co_return fail(std::move(response.error()), "fetch from the provider");
  auto fine = check_status(response->status);
  if (!fine) co_return fail(std::move(fine.error()));
  http::Headers headers;
  http::pass_on(response->headers, http::data_fields, headers);
  headers.set("X-Content-Type-Options", "nosniff");
  response->headers = std::move(headers);
  co_return std::move(*response);
}

void bind_routes(platform::routing::Router& router, LocalAccess& access) {
  const auto handler = [&access](Call call, http::Request request) {
    return access.serve(std::move(call), std::move(request));
  };
  for (const auto& route : local_routes) router.bind_raw(route, handler);
}

}  // namespace kontor::runtime::local_access
