#include "dataplane/push/inbox.hpp"

#include "base/crypto/hash.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "dataplane/signaling/access_tokens.hpp"
#include "protocol/api/data/routes.hpp"

namespace kontor::dataplane::push {

namespace flows = domain::data_flow;
using flows::Machine;
using platform::routing::Call;

namespace {

constexpr std::size_t segments_before_name = 4;  ///< of `/api/inbox/{flowId}`, the empty first one included
constexpr std::string_view only_part = "data";

struct Claim {
  ContextId context;
  EntityId flow;
  std::string token_sha256;
};

std::unexpected<Error> not_let_in() {
  return fail(ErrorCode::forbidden, "the token is not good for this data, or not any more");
}

Result<Claim> claim_of(const Call& call) {
  const auto token = bearer_token(call.authorization);
  if (token.empty())
    return fail(ErrorCode::unauthenticated, "send Authorization: Bearer with the token of the data address");
  auto context = signaling::context_in(token);
  if (!context) return not_let_in();
  return Claim{std::move(*context), call.entity("flowId"), crypto::sha256_hex(token)};
}

Task<Result<flows::DataFlow>> admit(const Inbox::Services& services, Claim claim) {
  if (auto may = services.replicas.may_serve(); !may) co_return fail(std::move(may.error()));
  auto loaded = co_await services.engine.load<Machine>(claim.context, claim.flow);
  if (!loaded) {
    if (loaded.error().code == ErrorCode::not_found) co_return not_let_in();
    co_return fail(std::move(loaded.error()));
  }
  const auto& flow = loaded->entity;
  const bool receives = flow.role == flows::Role::consumer && flow.direction == flows::Direction::push;
  if (!receives || !flows::accepts_token(flow, claim.token_sha256, services.engine.clock().now()))
    co_return not_let_in();
  co_return std::move(loaded->entity);
}

/// A part on its way in. It is over when its flow does not let it in any more, whatever it waits for.
struct Incoming {
  Claim claim;
  std::shared_ptr<Watch> watch;
  async::Interruption over = {};
};

/// The flow was changed: whether it still lets the part in.
Task<void> review(const Inbox::Services& services, std::shared_ptr<Incoming> incoming) {
  auto still = co_await admit(services, incoming->claim);
  if (!still) incoming->over.interrupt();
}

/// What comes, for as long as the flow is open.
class GuardedBody final : public web::BodyStream {
 public:
  GuardedBody(web::Body body, const Inbox::Services& services, std::shared_ptr<Incoming> incoming)
      : body_(std::move(body)), services_(services), incoming_(std::move(incoming)) {}

  Task<Result<std::string>> read() override {
    auto piece = co_await incoming_->over.run(next());
    if (incoming_->over.interrupted()) co_return not_let_in();
    const bool look_again =
        std::exchange(incoming_->watch->changed, false) || !services_.replicas.may_serve();
    if (piece && look_again) {
      auto still = co_await admit(services_, incoming_->claim);
      if (!still) co_return fail(std::move(still.error()));
    }
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override {
    return body_.stream ? body_.stream->length_bytes() : std::optional<std::uint64_t>(body_.text.size());
  }

 private:
  Task<Result<std::string>> next() {
    if (body_.stream) co_return co_await body_.stream->read();
    co_return std::exchange(body_.text, {});
  }

  web::Body body_;
  const Inbox::Services& services_;
  std::shared_ptr<Incoming> incoming_;
};

/// What the part is called: by its path, else by the sender, else by what its method says of repetitions.
Result<std::string> name_of(const web::Request& request) {
  const auto path = std::string_view(request.target).substr(0, request.target.find('?'));
  const auto segments = text::split(path, '/');
  std::string name;
  for (std::size_t i = segments_before_name; i < segments.size(); ++i) {
    auto step = text::percent_decode(segments[i]);
    if (!step || step->contains('/')) return fail(ErrorCode::invalid_input, "the path cannot be read");
    name += (i == segments_before_name ? "" : "/") + *step;
  }
  if (!name.empty()) return name;
  if (request.method == "PUT") return std::string(only_part);
  return file_name_in(request.headers.get("Content-Disposition").value_or(""));
}

}  // namespace

std::string folder_of(const flows::DataFlow& flow) {
  if (const auto* destination = flow.terms.metadata.if_contains("dataDestination")) {
    const auto* path = json::find(*destination, "path");
    if (path && path->is_string() && !path->get_string().empty()) return std::string(path->get_string());
  }
  return "inbox/" + crypto::sha256_hex(flow.id.str()).substr(0, 32);
}

Task<Result<web::Response>> Inbox::receive(Call call, web::Request request) {
  auto claim = claim_of(call);
  if (!claim) co_return fail(std::move(claim.error()));
  auto incoming = std::make_shared<Incoming>(*claim, services_.watch.watch(claim->context, claim->flow));
  incoming->watch->on_change = [this, held = std::weak_ptr(incoming)] {
    if (auto changed = held.lock()) services_.scope.spawn(review(services_, std::move(changed)));
  };
  auto flow = co_await admit(services_, *claim);
  if (!flow) {
    services_.usage.refused(claim->context, claim->flow, "the token was refused");
    co_return fail(std::move(flow.error()));
  }
  auto name = name_of(request);
  if (!name) co_return fail(std::move(name.error()));
  auto digest = digest_in(request.headers);
  if (!digest) co_return fail(std::move(digest.error()));
  const auto& taken = flow->counters;
  if (taken.requests >= options_.flow_parts_max)
    co_return fail(ErrorCode::too_large, "a push has at most {} parts", options_.flow_parts_max);
  const auto left = options_.flow_bytes_max - std::min(options_.flow_bytes_max, taken.received_bytes);
  auto permit = co_await services_.usage.admit(*flow, {claim->token_sha256, call.peer_address});
  if (!permit) co_return fail(std::move(permit.error()));
  auto arriving = usage::Usage::received(std::move(*permit), std::move(request.body));
  auto body = std::make_shared<GuardedBody>(std::move(arriving), services_, incoming);
  auto landed = co_await services_.sink.take(
      {.context = claim->context, .folder = folder_of(*flow), .name = std::move(*name)},
      {.text = {}, .stream = std::move(body)},
      {.bytes_max = std::min(left, options_.part_bytes_max), .sha256 = std::move(*digest)});
  if (!landed) co_return fail(std::move(landed.error()));
  auto counted = co_await services_.engine.apply<Machine>(
      {claim->context, claim->flow},
      flows::Counted{.report_id = {}, .more = {.requests = 1, .received_bytes = landed->bytes}});
  if (!counted) co_return fail(std::move(counted.error()));
  web::Response response{.status = 201};
  response.headers.set("Repr-Digest", digest_field(landed->sha256));
  co_return response;
}

void bind_routes(platform::routing::Router& router, Inbox& inbox) {
  const auto handler = [&inbox](Call call, web::Request request) {
    return inbox.receive(std::move(call), std::move(request));
  };
  for (const auto& route : protocol::api::data::inbox_routes) router.bind_raw(route, handler);
}

}  // namespace kontor::dataplane::push
