#include "runtime/credential_service/issuers.hpp"

namespace kontor::runtime::credential_service {

Task<Result<std::string>> issuer_endpoint(platform::did::Resolver& resolver, Did issuer,
                                          platform::async::Deadline deadline) {
  auto document = co_await resolver.resolve(std::move(issuer), platform::did::Freshness::cached, deadline);
  if (!document) co_return fail(std::move(document.error()));
  co_return protocol::did::service_endpoint(**document, protocol::did::service_type::issuer_service);
}

}  // namespace kontor::runtime::credential_service
