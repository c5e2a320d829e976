#include "dataplane/http/data_proxy.hpp"

#include "base/crypto/hash.hpp"
#include "dataplane/signaling/access_tokens.hpp"
#include "platform/http/passing.hpp"
#include "platform/http/url.hpp"
#include "protocol/api/data/routes.hpp"

namespace kontor::dataplane::http {

using platform::routing::Call;

namespace {

/// The source's body for as long as the flow is open: a wait for its next piece ends with the flow, and so
/// does one for a reader that takes nothing.
class GuardedBody : public web::PassingBody {
 public:
  GuardedBody(std::shared_ptr<web::BodyStream> source, std::shared_ptr<OpenFlows> flows,
              std::shared_ptr<Running> running)
      : source_(std::move(source)),
        passing_(web::as_passing(source_.get())),
        flows_(std::move(flows)),
        running_(std::move(running)) {}

  Task<Result<std::string>> read() override { return guarded(source_->read()); }
  bool can_pass() const override { return passing_ && passing_->can_pass(); }
  Task<Result<std::size_t>> pass(int pipe, std::size_t bytes_max) override {
    return guarded(passing_->pass(pipe, bytes_max));
  }
  std::optional<std::uint64_t> length_bytes() const override { return source_->length_bytes(); }
  void break_off_with(std::function<void()> break_off) override {
    running_->over.on_interrupt(std::move(break_off));
  }

 private:
  template <class T>
  Task<Result<T>> guarded(Task<Result<T>> next) {
    auto piece = co_await running_->over.run(std::move(next));
    if (running_->over.interrupted()) co_return closed();
    if (piece && !flows_->is_recent(*running_->open)) {
      auto still = co_await flows_->go_on(running_);
      if (!still) co_return closed();
    }
    co_return piece;
  }
  static std::unexpected<Error> closed() { return fail(ErrorCode::forbidden, "the data flow was closed"); }

  std::shared_ptr<web::BodyStream> source_;
  web::PassingBody* passing_;
  std::shared_ptr<OpenFlows> flows_;
  std::shared_ptr<Running> running_;
};

Result<Claim> claim_of(const Call& call) {
  const auto token = access_token(call.authorization);
  if (!token)
    return fail(ErrorCode::unauthenticated, "send Authorization: Bearer with the token of the data address");
  auto context = signaling::context_in(*token);
  if (!context) return not_let_in();
  return Claim{std::move(*context), call.entity("flowId"), crypto::sha256_hex(*token)};
}

}  // namespace

DataProxy::DataProxy(Services services, DataProxyOptions options)
    : services_(services),
      options_(std::move(options)),
      asking_{.scheme = {}, .authority = {}, .body_bytes_max = options_.request_bytes_max},
      flows_(OpenFlows::make(
          {services.scope, services.engine, services.vault, services.sources, services.replicas},
          options_.cache)) {
  const auto url = web::parse_url(options_.public_url);
  invariant(url.has_value(), "the public address of a data plane is one");
  asking_.scheme = url->scheme;
  asking_.authority = url->authority();
}

Task<Result<web::Response>> DataProxy::serve(Call call, web::Request request) {
  auto claim = claim_of(call);
  if (!claim) co_return fail(std::move(claim.error()));
  auto open = co_await flows_->admit(*claim);
  if (!open) {
    services_.usage.refused(claim->context, claim->flow, "the token was refused");
    co_return fail(std::move(open.error()));
  }
  // From here on its end is heard of.
  auto running = flows_->begin(std::move(*claim), *open);
  auto permit =
      co_await services_.usage.admit((*open)->flow, {running->claim.token_sha256, call.peer_address});
  if (!permit) co_return fail(std::move(permit.error()));
  auto question = question_of(std::move(request), asking_);
  if (!question) co_return fail(std::move(question.error()));
  const auto deadline = platform::async::Deadline::after(services_.engine.clock(), options_.source_timeout);
  auto response = co_await running->over.run((*open)->source->answer(std::move(*question), deadline));
  if (running->over.interrupted()) co_return not_let_in();
  if (!response) co_return fail(std::move(response.error()));
  response->headers.set("X-Content-Type-Options", "nosniff");
  response->body = usage::Usage::counted(std::move(*permit), std::move(response->body));
  if (response->body.stream) {
    response->body.stream =
        std::make_shared<GuardedBody>(std::move(response->body.stream), flows_, std::move(running));
  }
  co_return std::move(*response);
}

void bind_routes(platform::routing::Router& router, DataProxy& proxy) {
  const auto handler = [&proxy](Call&& call, web::Request&& request) {
    return proxy.serve(std::move(call), std::move(request));
  };
  for (const auto& route : protocol::api::data::data_routes) router.bind_raw(route, handler);
}

}  // namespace kontor::dataplane::http
