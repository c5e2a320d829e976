#include "protocol/api/issuer/application_routes.hpp"

#include "domain/application/codec.hpp"
#include "runtime/issuer_service/documents.hpp"

namespace kontor::runtime::issuer_service {

namespace api = protocol::api::issuer;
using platform::engine::Command;
using platform::engine::Engine;
using platform::engine::Loaded;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::AnyJson;
using protocol::api::Nothing;
using protocol::query::Query;

namespace {

constexpr std::uint32_t shown_max = 1000;

json::Value shown_application(const Loaded<application::Application>& loaded) {
  return write(loaded.entity);
}

void read_statement(json::ObjectReader& in, application::Statement& out) {
  in.required("holderName", out.holder_name)
      .required("credentialType", out.credential_type)
      .optional("properties", out.properties)
      .optional("documents", out.documents);
}

struct Submission {
  Did applicant;
  application::Statement statement;
};
Result<void> read(const json::Node& node, Submission& out) {
  json::ObjectReader in(node);
  in.required("applicant", out.applicant);
  read_statement(in, out.statement);
  return in.done();
}

struct Resubmission {
  application::Statement statement;
  std::string comment;
};
Result<void> read(const json::Node& node, Resubmission& out) {
  json::ObjectReader in(node);
  read_statement(in, out.statement);
  in.optional("comment", out.comment);
  return in.done();
}

struct Opinion {
  std::string comment;
};
Result<void> read(const json::Node& node, Opinion& out) {
  json::ObjectReader in(node);
  in.optional("comment", out.comment);
  return in.done();
}

Task<Result<Reply<AnyJson>>> apply_event(Engine& engine, Command command, application::Event event) {
  auto applied = co_await engine.apply<application::Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Reply<AnyJson>{{write(applied->entity)}};
}

application::ActorId actor_of(const Call& call) {
  return application::ActorId(call.caller.subject);
}

Task<Result<Reply<AnyJson>>> submit(Engine& engine, Issuer& issuer, Call call, AnyJson body) {
  auto known = co_await issuer.check_known(call.context);
  if (!known) co_return fail(std::move(known.error()));
  Submission submission;
  if (auto done = read(json::Node(body.value), submission); !done) co_return fail(std::move(done.error()));
  application::ApplicationId id(new_uuid(engine.random()));
  application::Submit event{id, std::move(submission.applicant), std::move(submission.statement),
                            actor_of(call)};
  co_return co_await apply_event(engine, command_of(call, entity_id(id)), std::move(event));
}

Task<Result<Reply<AnyJson>>> review(Engine& engine, Call call) {
  application::StartReview event{actor_of(call)};
  co_return co_await apply_event(engine, command_of(call, call.entity("applicationId")), std::move(event));
}

Task<Result<Reply<AnyJson>>> resubmit(Engine& engine, Call call, AnyJson body) {
  Resubmission again;
  if (auto done = read(json::Node(body.value), again); !done) co_return fail(std::move(done.error()));
  application::Resubmit event{actor_of(call), std::move(again.statement), std::move(again.comment)};
  co_return co_await apply_event(engine, command_of(call, call.entity("applicationId")), std::move(event));
}

template <class Decision>
Task<Result<Reply<AnyJson>>> judge(Engine& engine, Call call, AnyJson body) {
  Opinion opinion;
  if (auto done = read(json::Node(body.value), opinion); !done) co_return fail(std::move(done.error()));
  Decision event{actor_of(call), std::move(opinion.comment)};
  co_return co_await apply_event(engine, command_of(call, call.entity("applicationId")), std::move(event));
}

/// Who judged is the governance's own affair.
Task<Result<Reply<AnyJson>>> get_status(Engine& engine, Call call) {
  auto loaded = co_await engine.load<application::Machine>(call.context, call.entity("applicationId"));
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto& last = loaded->entity.history.back();
  co_return Reply<AnyJson>{{json::ObjectWriter()
                                .field("id", loaded->entity.id)
                                .field("state", name_of(loaded->entity.state))
                                .field("since", last.at)
                                .field("comment", last.comment)
                                .done()}};
}

void bind_decisions(platform::routing::Router& router, Engine& engine) {
  router.bind(api::review_application,
              [&engine](Call call, Nothing) { return review(engine, std::move(call)); });
  router.bind(api::request_application_changes, [&engine](Call call, AnyJson body) {
    return judge<application::RequestChanges>(engine, std::move(call), std::move(body));
  });
  router.bind(api::resubmit_application, [&engine](Call call, AnyJson body) {
    return resubmit(engine, std::move(call), std::move(body));
  });
  router.bind(api::approve_application, [&engine](Call call, AnyJson body) {
    return judge<application::Approve>(engine, std::move(call), std::move(body));
  });
  router.bind(api::reject_application, [&engine](Call call, AnyJson body) {
    return judge<application::Reject>(engine, std::move(call), std::move(body));
  });
  router.bind(api::withdraw_application, [&engine](Call call, AnyJson body) {
    return judge<application::Withdraw>(engine, std::move(call), std::move(body));
  });
}

}  // namespace

void bind_application_routes(platform::routing::Router& router, Engine& engine, Issuer& issuer) {
  router.bind(api::submit_application, [&engine, &issuer](Call call, AnyJson body) {
    return submit(engine, issuer, std::move(call), std::move(body));
  });
  router.bind(api::list_applications, [&engine](Call call, Nothing) {
    Query all;
    all.limit = shown_max;
    return find<application::Machine>(engine, std::move(call), std::move(all), shown_application);
  });
  router.bind(api::query_applications, [&engine](Call call, Query query) {
    return find<application::Machine>(engine, std::move(call), std::move(query), shown_application);
  });
  router.bind(api::get_application, [&engine](Call call, Nothing) {
    auto id = call.entity("applicationId");
    return get<application::Machine>(engine, std::move(call), std::move(id), shown_application);
  });
  router.bind(api::get_application_status,
              [&engine](Call call, Nothing) { return get_status(engine, std::move(call)); });
  bind_decisions(router, engine);
}

}  // namespace kontor::runtime::issuer_service
