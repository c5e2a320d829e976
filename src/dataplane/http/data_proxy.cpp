#include "dataplane/http/data_proxy.hpp"

#include "base/crypto/hash.hpp"
#include "dataplane/http/forward.hpp"
#include "dataplane/signaling/access_tokens.hpp"
#include "protocol/api/data/routes.hpp"

namespace kontor::dataplane::http {

using platform::routing::Call;

namespace {

/// The source's body for as long as the flow is open.
class GuardedBody : public web::BodyStream {
 public:
  GuardedBody(std::shared_ptr<web::BodyStream> source, std::shared_ptr<OpenFlows> flows, Claim claim,
              std::shared_ptr<const OpenFlow> open)
      : source_(std::move(source)),
        flows_(std::move(flows)),
        claim_(std::move(claim)),
        open_(std::move(open)) {}

  Task<Result<std::string>> read() override {
    auto piece = co_await source_->read();
    if (piece && !flows_->is_recent(*open_)) {
      auto still = co_await flows_->admit(claim_);
      if (!still) co_return fail(std::move(still.error()), "the data flow was closed");
      open_ = std::move(*still);
    }
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override { return source_->length_bytes(); }

 private:
  std::shared_ptr<web::BodyStream> source_;
  std::shared_ptr<OpenFlows> flows_;
  Claim claim_;
  std::shared_ptr<const OpenFlow> open_;
};

Result<Claim> claim_of(const Call& call) {
  const auto token = bearer_token(call.authorization);
  if (!token)
    return fail(ErrorCode::unauthenticated, "send Authorization: Bearer with the token of the data address");
  auto context = signaling::context_in(*token);
  if (!context)
    return fail(ErrorCode::unauthenticated, "the token is not good for this data, or not any more");
  return Claim{std::move(*context), call.entity("flowId"), crypto::sha256_hex(*token)};
}

}  // namespace

DataProxy::DataProxy(Services services, DataProxyOptions options)
    : services_(services),
      options_(options),
      flows_(std::make_shared<OpenFlows>(services.engine, services.vault, options.cache)) {}

Task<Result<web::Response>> DataProxy::serve(Call call, web::Request request) {
  auto claim = claim_of(call);
  if (!claim) co_return fail(std::move(claim.error()));
  auto open = co_await flows_->admit(*claim);
  if (!open) co_return fail(std::move(open.error()));
  auto url = source_url((*open)->source, request.target);
  if (!url) co_return fail(std::move(url.error()));
  web::Request inner{.method = request.method, .target = std::move(*url)};
  inner.headers = request_headers((*open)->source, request.headers);
  const auto deadline = platform::async::Deadline::after(services_.engine.clock(), options_.source_timeout);
  auto response = co_await services_.client.send(std::move(inner), {.deadline = deadline,
                                                                    .trust = web::Trust::foreign,
                                                                    .stream_response = true,
                                                                    .stall_timeout = options_.stall_timeout});
  if (!response) {
    const auto code = response.error().code;
    // What is wrong with the source's address is its owner's matter and nobody else's to read.
    if (code == ErrorCode::timeout)
      co_return fail(ErrorCode::timeout, "the source of the data took too long");
    if (code == ErrorCode::cancelled) co_return fail(std::move(response.error()));
    co_return fail(ErrorCode::peer_unavailable, "the source of the data cannot be reached");
  }
  if (auto fine = check_status(response->status); !fine) co_return fail(std::move(fine.error()));
  response->headers = response_headers(response->headers);
  if (response->body.stream) {
    response->body.stream = std::make_shared<GuardedBody>(std::move(response->body.stream), flows_,
                                                          std::move(*claim), std::move(*open));
  }
  co_return std::move(*response);
}

void bind_routes(platform::routing::Router& router, DataProxy& proxy) {
  const auto handler = [&proxy](Call call, web::Request request) {
    return proxy.serve(std::move(call), std::move(request));
  };
  router.bind_raw(protocol::api::data::pull_data, handler);
  router.bind_raw(protocol::api::data::pull_data_part, handler);
}

}  // namespace kontor::dataplane::http
