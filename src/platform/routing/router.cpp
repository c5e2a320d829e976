#include "platform/routing/router.hpp"

#include <set>

#include "base/text/text.hpp"
#include "platform/auth/role_matrix.hpp"
#include "platform/routing/error_body.hpp"
#include "platform/routing/internal/path_tree.hpp"
#include "protocol/api/older_versions.hpp"

namespace kontor::platform::routing {

using protocol::api::BodyFormat;
using protocol::api::ErrorBody;
using protocol::api::Listener;
using protocol::api::RouteInfo;

Call::Call() = default;
Call::Call(const Call&) = default;
Call::Call(Call&&) noexcept = default;
Call& Call::operator=(const Call&) = default;
Call& Call::operator=(Call&&) noexcept = default;
Call::~Call() = default;

struct Router::State {
  struct Bound {
    RouteInfo info;
    ErasedHandler handler;
    RawHandler raw;
    protocol::api::Declaration::Describe request = nullptr;
    protocol::api::Declaration::Describe response = nullptr;
    bool reads_list = false;  ///< its body is an array
  };

  State(async::Clock& clock_in, Random& random_in, RouterConfig config_in)
      : clock(clock_in),
        random(random_in),
        config(config_in),
        untold(clock_in, random_in, {}, nullptr),
        tracer(&untold) {}

  void add(Bound entry) {
    auto& tree = trees[entry.info.listener];
    const auto index = bound.size();
    const bool added = tree.add(entry.info.path, protocol::api::method_name(entry.info.method), index);
    invariant(added, "a route is bound once");
    bound.push_back(std::make_unique<Bound>(std::move(entry)));
  }

  Task<http::Response> serve(Listener listener, http::Request request);
  /// What an error's body needs to know of the request.
  struct Asked {
    std::optional<BodyForm> form;
    ProcessIds named;  ///< the process ids of the message
  };
  Task<Result<http::Response>> answer(const Bound& entry, Call& call, http::Request& request, Asked& asked);
  Task<Result<void>> admit(const RouteInfo& route, Call& call);
  Task<Result<json::Value>> read_body(const Bound& entry, http::Request& request);
  /// A path that is known under other methods only.
  struct OtherMethods {
    std::string allow;
    const RouteInfo* neighbour = nullptr;  ///< a route of the path: of the API that was meant
  };
  Result<const Bound*> find(Listener listener, const http::Request& request, Call& call,
                            OtherMethods& others);
  http::Response refuse(const RouteInfo* route, const Error& error, Served& served, const Asked& asked = {});

  async::Clock& clock;
  Random& random;
  RouterConfig config;
  telemetry::Tracer untold;  ///< as long as there is no other
  telemetry::Tracer* tracer;
  std::map<Listener, PathTree> trees;
  std::vector<std::unique_ptr<Bound>> bound;
  Authenticate authenticate;
  CheckBody check_body;
  FormBodies form_bodies;
  Observe observe;
  std::vector<std::function<void()>> drain_hooks;
};

namespace {

/// The attributes are those of OpenTelemetry's semantic conventions for HTTP servers.
void describe(telemetry::Span& span, const Served& served) {
  span.set("http.request.method", served.method);
  span.set("http.response.status_code", std::to_string(served.status));
  if (!served.context.empty()) span.set("kontor.participant_context", served.context);
  if (served.status >= 500) span.fail(served.detail);
}

http::Response write_response(unsigned status, http::Headers headers,
                              const std::optional<json::Value>& body) {
  http::Response response{status, std::move(headers), {}};
  if (!body || status == 204) return response;
  if (!response.headers.get("Content-Type")) response.headers.set("Content-Type", "application/json");
  response.body.text = json::serialize(*body);
  return response;
}

json::Value form_to_json(std::string_view text, Result<void>& outcome) {
  json::Object object;
  std::string query = "/?";
  for (char each : text) {
    if (each == '+') {
      query += "%20";
    } else {
      query += each;
    }
  }
  auto target = http::parse_target(query);
  if (!target) {
    outcome = fail(ErrorCode::malformed, "the form cannot be read: {}", target.error().detail);
    return object;
  }
  for (const auto& [name, value] : target->query) {
    if (object.contains(name)) {
      outcome = invalid("/" + json::pointer_segment(name), "stands twice in the form");
      return object;
    }
    object.emplace(name, value);
  }
  return object;
}

/// `Prefer: wait=10` (RFC 7240 §4.3), in whole seconds.
std::optional<Duration> wait_of(const http::Headers& headers, Duration bound) {
  auto prefer = headers.get("Prefer");
  if (!prefer) return std::nullopt;
  const auto at = prefer->find("wait=");
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t seconds = 0;
  for (char digit : prefer->substr(at + 5, 6)) {
    if (digit < '0' || digit > '9') break;
    seconds = seconds * 10 + (digit - '0');
  }
  return std::min<Duration>(std::chrono::seconds(seconds), bound);
}

/// Leaves the parameters that the route declares: what no document tells has no meaning.
Result<void> keep_declared(const RouteInfo& route, http::Target& target) {
  if (target.query.empty()) return {};
  std::set<std::string_view> declared;
  for (auto name : text::split(route.query, ' ')) declared.insert(name);
  std::erase_if(target.query, [&](const auto& each) { return !declared.contains(each.first); });
  std::set<std::string_view> seen;
  for (const auto& [name, value] : target.query) {
    if (!seen.insert(name).second)
      return fail(ErrorCode::invalid_input, "the query parameter '{}' stands twice", name);
  }
  return {};
}

/// Whether the type of a body describes itself as a list.
bool describes_list(protocol::api::Declaration::Describe describe) {
  if (!describe) return false;
  json::Shapes shapes{""};
  json::Shape shape(shapes);
  describe(shape, nullptr);
  const auto schema = shape.schema();
  const auto* type = json::find(schema, "type");
  return type && type->is_string() && type->get_string() == "array";
}

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

/// Whether the body is what the route reads; a request without Content-Type is taken at its word.
Result<void> check_media_type(BodyFormat format, const http::Headers& headers) {
  auto type = headers.get("Content-Type");
  if (!type) return {};
  const auto essence = text::trim(type->substr(0, type->find(';')));
  if (format == BodyFormat::form) {
    if (text::equal_ignoring_case(essence, form_type)) return {};
    return fail(ErrorCode::unsupported_media_type, "send Content-Type: {}", form_type);
  }
  if (text::equal_ignoring_case(essence, "application/json")) return {};
  if (essence.size() > 5 && text::equal_ignoring_case(essence.substr(essence.size() - 5), "+json")) return {};
  return fail(ErrorCode::unsupported_media_type, "send Content-Type: application/json");
}

}  // namespace

Router::Router(async::Clock& clock, Random& random, RouterConfig config)
    : state_(std::make_shared<State>(clock, random, config)) {}
Router::~Router() = default;

void Router::authenticate_with(Authenticate authenticate) {
  state_->authenticate = std::move(authenticate);
}
void Router::check_bodies_with(CheckBody check) {
  state_->check_body = std::move(check);
}
void Router::form_bodies_with(FormBodies form) {
  state_->form_bodies = std::move(form);
}
void Router::trace_with(telemetry::Tracer& tracer) {
  state_->tracer = &tracer;
}
void Router::observe_with(Observe observe) {
  state_->observe = std::move(observe);
}

Task<Result<Router::Written>> Router::refused(Error error) {
  co_return fail(std::move(error));
}

void Router::bind_erased(const protocol::api::Declaration& route, ErasedHandler handler) {
  state_->add(
      {route.info, std::move(handler), {}, route.request, route.response, describes_list(route.request)});
}

void Router::bind_raw(const RouteInfo& route, RawHandler handler) {
  state_->add({route, {}, std::move(handler)});
}

void Router::on_drain(std::function<void()> hook) {
  state_->drain_hooks.push_back(std::move(hook));
}
void Router::drain() {
  for (const auto& hook : state_->drain_hooks) hook();
}

http::Handler Router::handler(Listener listener) {
  return [state = state_, listener](http::Request request) {
    return state->serve(listener, std::move(request));
  };
}

std::vector<const RouteInfo*> Router::routes() const {
  std::vector<const RouteInfo*> all;
  for (const auto& entry : state_->bound) all.push_back(&entry->info);
  return all;
}

std::vector<protocol::api::Declaration> Router::declarations() const {
  std::vector<protocol::api::Declaration> all;
  for (const auto& entry : state_->bound) all.push_back({entry->info, entry->request, entry->response});
  return all;
}

Task<http::Response> Router::State::serve(Listener listener, http::Request request) {
  const auto begin = clock.now();
  Served served{nullptr, request.method, {}, 0, {}, {}, {}, {}};
  Call call;
  http::Response response;
  OtherMethods others;
  const auto found = find(listener, request, call, others);
  auto span = tracer->accept(found ? (*found)->info.name : "no-route", request.headers.get("traceparent"));
  served.trace = call.trace = span.context();
  if (found) {
    const auto& entry = **found;
    served.route = &entry.info;
    served.context = call.context.str();
    Asked asked;
    auto answered = co_await answer(entry, call, request, asked);
    response = answered ? std::move(*answered) : refuse(&entry.info, answered.error(), served, asked);
  } else {
    response = refuse(others.neighbour, found.error(), served);
    if (others.neighbour) response.headers.set("Allow", std::move(others.allow));
  }
  served.status = response.status;
  describe(span, served);
  served.took = clock.now() - begin;
  if (observe) observe(served);
  co_return response;
}

Task<Result<http::Response>> Router::State::answer(const Bound& entry, Call& call, http::Request& request,
                                                   Asked& asked) {
  if (entry.info.access == protocol::api::Access::token) {
    auto admitted = co_await admit(entry.info, call);
    if (!admitted) co_return fail(std::move(admitted.error()));
  }
  if (auto kept = keep_declared(entry.info, call.target); !kept) co_return fail(std::move(kept.error()));
  if (entry.raw) co_return co_await entry.raw(std::move(call), std::move(request));
  if (form_bodies && is_of_dsp(entry.info.errors)) asked.form = co_await form_bodies(entry.info, call);
  auto body = co_await read_body(entry, request);
  if (!body) co_return fail(std::move(body.error()));
  if (asked.form && !body->is_null()) *body = asked.form->read(*body);
  if (check_body && entry.info.body == BodyFormat::json) {
    auto checked = co_await check_body(entry.info, *body);
    if (!checked) co_return fail(std::move(checked.error()));
  }
  asked.named = process_ids_in(entry.info.errors, *body);
  auto written = co_await entry.handler(std::move(call), *body);
  if (!written) co_return fail(std::move(written.error()));
  if (asked.form && written->body) written->body = asked.form->write(*written->body);
  co_return write_response(written->status.value_or(entry.info.success), std::move(written->headers),
                           written->body);
}

Task<Result<void>> Router::State::admit(const RouteInfo& route, Call& call) {
  if (!authenticate) co_return fail(ErrorCode::unavailable, "no token verification is configured");
  auto caller = co_await authenticate(call.authorization);
  if (!caller) co_return fail(std::move(caller.error()));
  call.caller = std::move(*caller);
  co_return auth::authorize(route, call.caller, call.context);
}

Task<Result<json::Value>> Router::State::read_body(const Bound& entry, http::Request& request) {
  const auto& route = entry.info;
  if (route.body == BodyFormat::none) co_return json::Value(nullptr);
  auto readable = check_media_type(route.body, request.headers);
  auto text = co_await std::move(request.body).collect(config.body_bytes_max);
  if (!text) co_return fail(std::move(text.error()));
  if (text->empty() && route.exempt.optional_body) co_return json::Value(json::Object{});
  if (!readable) co_return fail(std::move(readable.error()));
  if (route.body == BodyFormat::form) {
    Result<void> outcome;
    auto value = form_to_json(*text, outcome);
    if (!outcome) co_return fail(std::move(outcome.error()));
    co_return value;
  }
  if (text->empty()) co_return fail(ErrorCode::malformed, "this request needs a JSON body");
  auto value = json::parse(*text, {.bytes_max = config.body_bytes_max});
  if (!value) co_return value;
  // Null says what no body says.
  const bool absent = value->is_null() && route.exempt.optional_body;
  const bool fits = entry.reads_list ? value->is_array() : value->is_object();
  if (!fits && !absent)
    co_return invalid("", "the body must be a JSON {}", entry.reads_list ? "array" : "object");
  co_return value;
}

Result<const Router::State::Bound*> Router::State::find(Listener listener, const http::Request& request,
                                                        Call& call, OtherMethods& others) {
  auto target = http::parse_target(request.target);
  if (!target) return fail(std::move(target.error()));
  protocol::api::follow_older_versions(target->segments);
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  auto matches = trees[listener].find(target->segments);
  // Some clients end the path of a collection with a slash.
  auto match = matches.of(method);
  if (!match && target->segments.size() > 1 && target->segments.back().empty()) {
    target->segments.pop_back();
    matches = trees[listener].find(target->segments);
    match = matches.of(method);
  }
  if (matches.empty()) return fail(ErrorCode::not_found, "there is no {}", target->raw_path);
  if (!match) {
    for (const auto& [allowed, other] : matches.all()) {
      if (!others.allow.empty()) others.allow += ", ";
      others.allow += allowed;
      others.neighbour = &bound[other]->info;
    }
    return fail(ErrorCode::method_not_allowed, "use one of: {}", others.allow);
  }
  const auto& entry = *bound[match->entry];
  call.route = &entry.info;
  call.parameters = std::move(match->parameters);
  call.target = std::move(*target);
  call.context = call.id<ContextId>("participantContextId");
  call.authorization = request.headers.get("Authorization").value_or("");
  call.wait = wait_of(request.headers, config.wait_max);
  call.deadline = async::Deadline::after(clock, config.request_timeout + call.wait.value_or(Duration{0}));
  call.peer_address = request.peer_address;
  call.headers = request.headers;
  return &entry;
}

http::Response Router::State::refuse(const RouteInfo* route, const Error& error, Served& served,
                                     const Asked& asked) {
  served.incident = telemetry::new_incident_id(random);
  served.detail = error.message();
  const auto form = route ? route->errors : ErrorBody::edc;
  auto answer = write_error(form, error, served.incident, asked.named);
  if (asked.form) answer.body = asked.form->write(answer.body);
  auto response = write_response(answer.status, {}, std::move(answer.body));
  response.headers.set("Cache-Control", "no-store");
  // RFC 9110 §10.2.3, RFC 6585 §4. What stood in the way is not looked at again within this time.
  if (answer.status == 503 || answer.status == 429) response.headers.set("Retry-After", "2");
  // Clients of the token endpoint prove themselves by id and secret (RFC 6749 §5.2).
  if (answer.status == 401)
    response.headers.set("WWW-Authenticate", form == ErrorBody::oauth ? "Basic" : "Bearer");
  return response;
}

}  // namespace kontor::platform::routing
