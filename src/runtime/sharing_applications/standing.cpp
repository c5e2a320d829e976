#include "runtime/sharing_applications/standing.hpp"

#include "runtime/sharing_applications/applications.hpp"
#include "runtime/sharing_applications/scopes.hpp"

namespace kontor::runtime::sharing_applications {

namespace auth = platform::auth;
namespace engine = platform::engine;

namespace {

Task<Result<auth::Caller>> narrowed(engine::Engine& engine, std::string client_id, auth::Caller caller) {
  const auto place = place_of(client_id);
  if (!place || caller.context != place->context || caller.role)
    co_return fail(ErrorCode::unauthenticated, "the access token contradicts itself");
  auto application = co_await find(engine, *place);
  if (!application && application.error().code == ErrorCode::not_found)
    co_return fail(ErrorCode::unauthenticated, "the application is not registered any more");
  if (!application) co_return fail(std::move(application.error()));
  caller.scopes = in_force(caller.scopes, application->scopes);
  co_return caller;
}

}  // namespace

auth::Narrow standing_in(engine::Engine& engine) {
  return [&engine](std::string client_id, auth::Caller caller) {
    return narrowed(engine, std::move(client_id), std::move(caller));
  };
}

}  // namespace kontor::runtime::sharing_applications
