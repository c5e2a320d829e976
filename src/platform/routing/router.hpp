#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json/codec.hpp"
#include "base/random/random.hpp"
#include "platform/async/clock.hpp"
#include "platform/auth/caller.hpp"
#include "platform/http/message.hpp"
#include "platform/telemetry/trace.hpp"
#include "protocol/api/route.hpp"

namespace kontor::platform::routing {

/// One request on its way to a handler: authenticated, authorised, its path taken apart. Every handler moves
/// it on: what copies, moves and destroys it is compiled once.
struct Call {
  const protocol::api::RouteInfo* route = nullptr;
  auth::Caller caller;  ///< empty unless Access::token
  ContextId context;    ///< from `{participantContextId}`; empty where the path has none
  std::map<std::string, std::string, std::less<>> parameters;  ///< of the path, percent-decoded
  http::Target target;        ///< its query holds what the route declares, each parameter once
  std::string authorization;  ///< the Authorization header as it came
  std::optional<Duration>
      wait;  ///< `Prefer: wait=N` (RFC 7240): answer when the thing has come to rest, at most N s
  async::Deadline deadline;
  telemetry::TraceContext trace;  ///< of this request's span
  std::string peer_address;
  http::Headers headers;

  Call();
  Call(const Call&);
  Call(Call&&) noexcept;
  Call& operator=(const Call&);
  Call& operator=(Call&&) noexcept;
  ~Call();

  template <class IdType>
  IdType id(std::string_view parameter) const {
    auto found = parameters.find(parameter);
    return IdType(found == parameters.end() ? std::string() : found->second);
  }
  EntityId entity(std::string_view parameter) const { return id<EntityId>(parameter); }
};

/// What a handler answers: the body, and where it differs from the declaration the status and header fields.
template <class Response>
struct Reply {
  Response body = {};
  std::optional<unsigned> status = {};
  http::Headers headers = {};
};

template <class Request, class Response>
using RouteHandler = std::function<Task<Result<Reply<Response>>>(Call, Request)>;
/// An error is answered in the form of the route's API, as it is for every other route.
using RawHandler = std::function<Task<Result<http::Response>>(Call, http::Request)>;

/// Checks the bearer token of a request. Implemented by platform/auth.
using Authenticate = std::function<Task<Result<auth::Caller>>(std::string authorization)>;
/// Holds a body against what the route's own type does not know; both live until it ends. Errors:
/// invalid_input with the member's pointer.
using CheckBody =
    std::function<Task<Result<void>>(const protocol::api::RouteInfo& route, const json::Value& body)>;
/// How the bodies of a route look to who calls it, where that is another form than its types have.
struct BodyForm {
  std::function<json::Value(const json::Value&)> read;   ///< what came, as the route's type reads it
  std::function<json::Value(const json::Value&)> write;  ///< an answer or an error, as it goes out
};
/// None: the form of the types.
using FormBodies =
    std::function<Task<std::optional<BodyForm>>(const protocol::api::RouteInfo& route, const Call& call)>;
/// Told of each answered request: for logs, metrics and traces.
struct Served {
  const protocol::api::RouteInfo* route;  ///< null: no route matched
  std::string method;
  std::string context;
  unsigned status;
  Duration took;
  telemetry::TraceContext trace;
  std::string incident;  ///< set when the answer is a 5xx
  std::string detail;    ///< of an error
};
using Observe = std::function<void(const Served&)>;

struct RouterConfig {
  Duration request_timeout = std::chrono::seconds(30);
  Duration wait_max = std::chrono::seconds(60);
  std::size_t body_bytes_max = 1024 * 1024;
};

/// Binds handlers to route descriptors and answers requests: finds the route, authenticates, authorises,
/// reads and validates the body, runs the handler, writes its answer or the error in the form of the route's
/// API. There is no other way to answer a request. All routes are bound before the first request; two
/// handlers for one route are a defect.
class Router {
 public:
  Router(async::Clock& clock, Random& random, RouterConfig config = {});
  ~Router();

  void authenticate_with(Authenticate authenticate);
  /// Asked about every JSON body of a caller that may send it, before its handler is.
  void check_bodies_with(CheckBody check);
  /// Asked about every request to a route of the Dataspace Protocol, before its body is read.
  void form_bodies_with(FormBodies form);
  void observe_with(Observe observe);
  /// Each request becomes a span, in the caller's trace where it names one. Without a tracer the trace is
  /// passed on and nothing is recorded.
  void trace_with(telemetry::Tracer& tracer);

  template <class Request, class Response>
  void bind(const protocol::api::Route<Request, Response>& route,
            std::type_identity_t<RouteHandler<Request, Response>> handler) {
    bind_erased(protocol::api::declared(route),
                [handler = std::move(handler)](Call call, const json::Value& body) {
                  Request request{};
                  if (auto done = read(json::Node(body), request); !done)
                    return refused(std::move(done.error()));
                  return written(handler(std::move(call), std::move(request)));
                });
  }
  /// For bodies that are not JSON: the handler reads and writes them itself, possibly as streams.
  void bind_raw(const protocol::api::RouteInfo& route, RawHandler handler);

  /// Called when the process begins to drain: who answers without an end ends his answers then.
  void on_drain(std::function<void()> hook);
  /// To be called before listeners are drained, which wait for answers.
  void drain();

  /// Answers the requests of one listener.
  http::Handler handler(protocol::api::Listener listener);
  /// All bound routes, for generic tests.
  std::vector<const protocol::api::RouteInfo*> routes() const;
  /// What they declare with the types of their bodies, for documents.
  std::vector<protocol::api::Declaration> declarations() const;

 private:
  struct Written {
    std::optional<unsigned> status;
    http::Headers headers;
    std::optional<json::Value> body;
  };
  /// Reads the body before it returns.
  using ErasedHandler = std::function<Task<Result<Written>>(Call, const json::Value& body)>;

  static Task<Result<Written>> refused(Error error);
  /// Of a type of answers, not of a route: the only coroutine that binding makes.
  template <class Response>
  static Task<Result<Written>> written(Task<Result<Reply<Response>>> answer) {
    auto reply = co_await std::move(answer);
    if (!reply) co_return fail(std::move(reply.error()));
    Written written{reply->status, std::move(reply->headers), std::nullopt};
    if constexpr (!std::is_same_v<Response, protocol::api::Nothing>) {
      using json::write;  // for lists, whose writer stands there
      written.body = write(reply->body);
    }
    co_return written;
  }

  void bind_erased(const protocol::api::Declaration& route, ErasedHandler handler);

  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::routing
