#include "protocol/api/dcp_binding/routes.hpp"
#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace dcp = protocol::dcp;
namespace routes = protocol::api::dcp_binding;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

Task<Result<Reply<Nothing>>> request(Issuer& issuer, Call call, dcp::CredentialRequestMessage message) {
  auto path = collection_of(call);
  auto pid = co_await issuer.receive(std::move(call), std::move(message));
  if (!pid) co_return fail(std::move(pid.error()));
  path.resize(path.rfind('/'));
  Reply<Nothing> reply;
  reply.headers.set("Location", path + "/requests/" + pid->str());
  co_return reply;
}

Task<Result<Reply<dcp::CredentialStatus>>> status(Issuer& issuer, Call call) {
  auto found = co_await issuer.status(std::move(call));
  if (!found) co_return fail(std::move(found.error()));
  co_return Reply<dcp::CredentialStatus>{std::move(*found)};
}

Task<Result<Reply<dcp::IssuerMetadata>>> metadata(Issuer& issuer, Call call) {
  auto found = co_await issuer.metadata(call.context);
  if (!found) co_return fail(std::move(found.error()));
  co_return Reply<dcp::IssuerMetadata>{std::move(*found)};
}

}  // namespace

void bind_dcp_routes(platform::routing::Router& router, Issuer& issuer) {
  router.bind(routes::request_credentials,
              [&issuer](Call call, routes::Incoming<dcp::CredentialRequestMessage> body) {
                return request(issuer, std::move(call), std::move(body.message));
              });
  router.bind(routes::request_status,
              [&issuer](Call call, Nothing) { return status(issuer, std::move(call)); });
  router.bind(routes::issuer_metadata,
              [&issuer](Call call, Nothing) { return metadata(issuer, std::move(call)); });
}

}  // namespace kontor::runtime::issuer_service
