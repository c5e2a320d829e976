#include "runtime/sharing_applications/routes.hpp"

#include "platform/routing/replies.hpp"
#include "protocol/api/token/application_routes.hpp"

namespace kontor::runtime::sharing_applications {

namespace api = protocol::api::token;
using platform::routing::Call;
using platform::routing::done;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

Applications::Request request_of(const Call& call) {
  return {call.context, call.id<ApplicationId>("applicationId"), call.caller};
}

template <class T>
Task<Result<Reply<T>>> reply(Task<Result<T>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  Reply<T> answer{std::move(*result)};
  answer.headers.set("Cache-Control", "no-store");
  co_return answer;
}

Task<Result<Reply<Nothing>>> set_secret(Applications& applications, Applications::Request request,
                                        api::ClientSecret body) {
  auto overlap = client_secrets::check_overlap(body.previous_good_for_seconds);
  if (!overlap) co_return fail(std::move(overlap.error()));
  crypto::Secret secret(body.client_secret);
  co_return co_await done(applications.set_secret(std::move(request), std::move(secret), *overlap));
}

}  // namespace

void bind_routes(platform::routing::Router& router, Applications& applications) {
  router.bind(api::register_application, [&applications](Call call, api::ApplicationDefinition body) {
    return reply(applications.add(request_of(call), std::move(body)));
  });
  router.bind(api::list_sharing_applications, [&applications](Call call, Nothing) {
    return reply(applications.list(std::move(call.context)));
  });
  router.bind(api::get_sharing_application,
              [&applications](Call call, Nothing) { return reply(applications.get(request_of(call))); });
  router.bind(api::change_sharing_application, [&applications](Call call, api::ApplicationDefinition body) {
    return reply(applications.change(request_of(call), std::move(body)));
  });
  router.bind(api::set_application_secret, [&applications](Call call, api::ClientSecret body) {
    return set_secret(applications, request_of(call), std::move(body));
  });
  router.bind(api::revoke_application,
              [&applications](Call call, Nothing) { return done(applications.revoke(request_of(call))); });
}

}  // namespace kontor::runtime::sharing_applications
