#pragma once

#include <array>
#include <memory>
#include <string>

#include "domain/contract_negotiation/agreement.hpp"
#include "platform/http/client.hpp"
#include "platform/routing/router.hpp"
#include "runtime/local_access/open_answers.hpp"
#include "runtime/transfer_process/transfers.hpp"

/// One address on this machine for the data of each agreement of which a participant here is the consumer:
/// `/agreements/{agreementId}/…`. What the provider gave to fetch with stays here, and is renewed here.
namespace kontor::runtime::local_access {

constexpr protocol::api::RouteInfo local_route(protocol::api::Method method, std::string_view name,
                                               std::string_view path, std::string_view summary) {
  return {.name = name,
          .method = method,
          .path = path,
          .access = protocol::api::Access::flow,
          .concern = protocol::api::Concern::participant_data,
          .scope = "management-api:transfers:read",
          .errors = protocol::api::ErrorBody::dps,
          .summary = summary};
}

inline constexpr std::string_view local_path = "/agreements/{agreementId}";
inline constexpr std::string_view local_part_path = "/agreements/{agreementId}/{path*}";
inline constexpr std::string_view local_data_summary = "The data of the running transfer of an agreement.";
inline constexpr std::string_view local_part_summary = "What lies below it, where the provider allows paths.";

/// GET is HEAD, too. Which methods there are beside them is the provider's to say.
inline constexpr std::array local_routes{
    local_route(protocol::api::Method::get, "local-data", local_path, local_data_summary),
    local_route(protocol::api::Method::post, "post-local-data", local_path, local_data_summary),
    local_route(protocol::api::Method::put, "put-local-data", local_path, local_data_summary),
    local_route(protocol::api::Method::patch, "patch-local-data", local_path, local_data_summary),
    local_route(protocol::api::Method::del, "delete-local-data", local_path, local_data_summary),
    local_route(protocol::api::Method::get, "local-data-part", local_part_path, local_part_summary),
    local_route(protocol::api::Method::post, "post-local-data-part", local_part_path, local_part_summary),
    local_route(protocol::api::Method::put, "put-local-data-part", local_part_path, local_part_summary),
    local_route(protocol::api::Method::patch, "patch-local-data-part", local_part_path, local_part_summary),
    local_route(protocol::api::Method::del, "delete-local-data-part", local_part_path, local_part_summary)};

struct LocalAccessOptions {
  std::size_t answers_max = 1000;                     ///< under way at a time
  Duration head_timeout = std::chrono::seconds(30);   ///< of the provider's answer; its body may take longer
  Duration stall_timeout = std::chrono::seconds(60);  ///< how long a body may stand still
};

/// Fetches for applications of the consumer. An application shows a token of its own, for the Management API
/// of its participant's context (`management-api:transfers:read`), and sees that context's agreements alone;
/// it is shown no token of the provider. Bodies pass as they come, until the transfer stops: an answer under
/// way breaks off with the commit that suspends or ends it. Used on the io thread.
class LocalAccess {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::engine::Engine& engine;
    transfer_process::Transfers& transfers;
    platform::http::Client& client;
    platform::routing::Authenticate authenticate;
  };
  explicit LocalAccess(Services services, LocalAccessOptions options = {});

  /// 404 where the context has no such agreement as consumer, 410 once it was ended; 409 where no transfer of
  /// it runs, with the call that helps, 503 where one is about to. Errors beside these: those of the token
  /// (401, 403), of renewing the access, of the provider (502, 504), and 429 beyond `answers_max`.
  Task<Result<platform::http::Response>> serve(platform::routing::Call call, platform::http::Request request);

 private:
  using Agreement = platform::engine::Loaded<domain::contract_negotiation::ContractAgreement>;

  Task<Result<ContextId>> context_of(platform::routing::Call& call);
  Task<Result<Agreement>> agreement_of(ContextId context, EntityId id);
  Task<Result<transfer_process::Loaded>> running_of(ContextId context, EntityId agreement);
  Task<Result<platform::http::Response>> fetch(platform::routing::Call call, platform::http::Request request);

  Services services_;
  LocalAccessOptions options_;
  std::shared_ptr<OpenAnswers> answers_;
};

/// `access` must outlive the router.
void bind_routes(platform::routing::Router& router, LocalAccess& access);

/// What the provider answers, as it comes, with the headers that are about the data. Errors: peer_refused
/// (what is about the access itself, and redirects), peer_unavailable, timeout, address_refused.
Task<Result<platform::http::Response>> fetch_from_provider(platform::http::Client& client,
                                                           platform::http::Request request,
                                                           platform::http::SendOptions options);

/// The provider's address for what was asked for below the agreement; `target` as received. Pure. Errors:
/// invalid_input for a path that could leave it.
Result<std::string> provider_url(std::string_view endpoint, std::string_view target);

}  // namespace kontor::runtime::local_access
