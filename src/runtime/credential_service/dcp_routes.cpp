#include "protocol/api/dcp_binding/routes.hpp"
#include "runtime/credential_service/offers.hpp"

namespace kontor::runtime::credential_service {

namespace dcp = protocol::dcp;
namespace routes = protocol::api::dcp_binding;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

Task<Result<Reply<Nothing>>> receive(Credentials& credentials, Call call, dcp::CredentialMessage message) {
  auto received = co_await credentials.receive(std::move(call), std::move(message));
  if (!received) co_return fail(std::move(received.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<dcp::PresentationResponseMessage>>> present(Credentials& credentials, Call call,
                                                              dcp::PresentationQueryMessage query) {
  auto response = co_await credentials.present(std::move(call), std::move(query));
  if (!response) co_return fail(std::move(response.error()));
  co_return Reply<dcp::PresentationResponseMessage>{std::move(*response)};
}

Task<Result<Reply<Nothing>>> take_offer(Offers& offers, Call call, dcp::CredentialOfferMessage message) {
  auto taken = co_await offers.receive(std::move(call), std::move(message));
  if (!taken) co_return fail(std::move(taken.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_dcp_routes(platform::routing::Router& router, Credentials& credentials, Offers& offers) {
  router.bind(routes::query_presentations,
              [&credentials](Call call, routes::Incoming<dcp::PresentationQueryMessage> body) {
                return present(credentials, std::move(call), std::move(body.message));
              });
  router.bind(routes::deliver_credentials,
              [&credentials](Call call, routes::Incoming<dcp::CredentialMessage> body) {
                return receive(credentials, std::move(call), std::move(body.message));
              });
  router.bind(routes::offer_credentials,
              [&offers](Call call, routes::Incoming<dcp::CredentialOfferMessage> body) {
                return take_offer(offers, std::move(call), std::move(body.message));
              });
}

}  // namespace kontor::runtime::credential_service
